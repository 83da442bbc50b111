using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Challenges;

/// <summary>Answers a challenge or a ping once its body has been read: admission, the nonce, what is asked, the forecast.</summary>
internal sealed class ChallengeService(Admission admission, ForecastService forecasts, MinerSettings settings)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<Result<ChallengeAnswer>> AnswerAsync(IncomingRequest request, CancellationToken ct)
    {
        // 1. Who is asking, and may it?
        var admittance = await admission.AdmitAsync(request, ct);
        if (admittance.Refusal is { } refusal)
        {
            return refusal;
        }

        using var admitted = admittance.Value;

        // 2. Was it asked before? What memory alone decides is known at once, so that a request that is sent again costs no forecast.
        var reserving = admission.ReserveAsync(admitted, ct);
        if (reserving.IsCompletedSuccessfully && await reserving is { } known)
        {
            return known;
        }

        // 3. What is asked, and the forecast, are worked out while storage is asked, and neither leaves the miner before its reply.
        var challenge = Read(request);
        var forecast = challenge.Refusal is null ? await forecasts.ForecastAsync(request.Deadline.Remaining, ct) : null;
        if (await reserving is { } repeated)
        {
            return repeated;
        }

        return challenge.Refusal is { } objection
            ? objection with
            {
                Caller = admitted.Caller,
            }
            : new ChallengeAnswer(challenge.Value, forecast!, admitted.Caller, admitted.HasPermit);
    }

    /// <summary>A plain <c>Synapse</c>, with which validators' tools ping a miner: who may ask a challenge is echoed.</summary>
    /// <returns>Null: the ping is to be echoed.</returns>
    public async Task<Refusal?> PingAsync(IncomingRequest request, CancellationToken ct)
    {
        var admittance = await admission.AdmitAsync(request, ct);
        if (admittance.Refusal is { } refusal)
        {
            return refusal;
        }

        using var admitted = admittance.Value;
        return await admission.ReserveAsync(admitted, ct);
    }

    private Result<ChallengeRequest> Read(IncomingRequest request)
    {
        if (!ChallengeRequest.TryParse(request.Body, out var challenge, out var problem))
        {
            return new Refusal(400, problem);
        }

        return (challenge!.Timestamp - request.ReceivedAt).Duration() <= settings.TimestampTolerance
            ? challenge
            : new Refusal(
                400,
                $"The timestamp {challenge.TimestampText} is more than {settings.TimestampTolerance.TotalMinutes:0.##} minutes "
                    + $"from this miner's clock: it forecasts USDT/CNY one hour from now and nothing else."
            );
    }
}
