using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Challenges;

/// <summary>The way of a challenge once its body has been read: who asks, was it asked before, what is asked, the forecast.</summary>
public sealed class ChallengeService(Gate gate, Taking taking, ForecastService forecasts, MinerSettings settings, TimeProvider clock)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="complete">A timestamp of the clock, taken when the whole body was there: the budget runs from there, so that a caller
    /// who sends slowly leaves the model no less.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<ChallengeAnswer> AnswerAsync(IncomingRequest request, long complete, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);

        // 1. Who is asking, and may it?
        using var admission = await gate.AdmitAsync(request, TimeLeft(complete), ct);
        if (admission.Refusal is { } refusal)
        {
            return ChallengeAnswer.Refused(refusal, admission.Caller);
        }

        // 2. Was it asked before? What memory alone decides is known at once, so that a request that is sent again costs no forecast.
        var taken = taking.TakeAsync(admission.Caller, ct);
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
            : new(null, challenge, forecast, asker) { HasPermit = admission.HasPermit };
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
