using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Challenges;

/// <summary>Answers a challenge or a ping once its body has been read: admission, the nonce, what is asked, the forecast.</summary>
public sealed class ChallengeService(Admission admission, ForecastService forecasts, MinerSettings settings, TimeProvider clock)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="complete">A timestamp of the clock, taken when the whole body was there: the budget runs from there, so that a caller
    /// who sends slowly leaves the model no less.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<ChallengeAnswer> AnswerAsync(IncomingRequest request, long complete, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);

        // 1. Who is asking, and may it?
        using var entry = await admission.EnterAsync(request, TimeLeft(complete), ct);
        if (entry.Refusal is { } refusal)
        {
            return ChallengeAnswer.Refused(refusal, entry.Caller);
        }

        // 2. Was it asked before? What memory alone decides is known at once, so that a request that is sent again costs no forecast.
        var taken = admission.TakeAsync(entry.Caller, ct);
        if (taken.IsCompletedSuccessfully && await taken is { Refusal: { } known } decided)
        {
            return ChallengeAnswer.Refused(known, decided.Caller);
        }

        // 3. What is asked, and the forecast, are worked out while the table is asked, and neither leaves the miner before its reply.
        var (challenge, objection) = Read(request);
        var forecast = objection is null ? await forecasts.ForecastAsync(TimeLeft(complete), ct) : null;
        var (repeated, asker) = await taken;

        return (repeated ?? objection) is { } reason
            ? ChallengeAnswer.Refused(reason, asker)
            : new(null, challenge, forecast, asker) { HasPermit = entry.HasPermit };
    }

    /// <summary>A plain <c>Synapse</c>, with which validators' tools ping a miner: who may ask a challenge is echoed.</summary>
    /// <returns>Why the ping is refused, and whose doing that is; no refusal: it is to be echoed.</returns>
    public async Task<(Refusal? Refusal, Caller? Caller)> PingAsync(IncomingRequest request, long complete, CancellationToken ct)
    {
        using var entry = await admission.EnterAsync(request, TimeLeft(complete), ct);
        return entry.Refusal is { } refusal ? (refusal, entry.Caller) : await admission.TakeAsync(entry.Caller, ct);
    }

    private (ChallengeRequest? Challenge, Refusal? Objection) Read(IncomingRequest request)
    {
        if (!ChallengeRequest.TryParse(request.Body, out var challenge, out var problem))
        {
            return (null, new(400, problem));
        }

        return (challenge!.Timestamp - request.ReceivedAt).Duration() > settings.TimestampTolerance
            ? (
                null,
                new(
                    400,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The timestamp {challenge.TimestampText} is more than {settings.TimestampTolerance.TotalMinutes:0.##} minutes "
                            + $"from this miner's clock: it forecasts USDT/CNY one hour from now and nothing else."
                    )
                )
            )
            : (challenge, null);
    }

    private TimeSpan TimeLeft(long complete) => settings.Budget - clock.GetElapsedTime(complete);
}
