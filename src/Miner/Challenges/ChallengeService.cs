using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Telemetry;

namespace Bittbridge.Miner.Challenges;

/// <summary>Answers a challenge or a ping once its body has been read: admission, replay check, parsing, forecast.</summary>
internal sealed class ChallengeService(
    Admission admission,
    ForecastService forecasts,
    CallerActivity activity,
    MinerMetrics metrics,
    MinerSettings settings
)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="ct">Canceled when the caller disconnects.</param>
    public async Task<Result<ChallengeAnswer>> AnswerAsync(IncomingRequest request, CancellationToken ct)
    {
        // 1. Authenticate and authorize the caller.
        var admittance = await admission.AdmitAsync(request, ct);
        if (admittance.Refusal is { } refusal)
        {
            return refusal;
        }

        using var admitted = admittance.Value;

        // 2. Replay check. When memory alone rejects a repeated request, no forecast runs.
        var reserving = admission.ReserveAsync(admitted, ct);
        if (reserving.IsCompletedSuccessfully && await reserving is { } known)
        {
            return known;
        }

        // 3. Parse the challenge and forecast while storage decides about the nonce. No answer leaves before both are done.
        var isChallenge = ChallengeRequest.TryParse(request.Body, out var challenge, out var problem);
        var offset = challenge is null ? TimeSpan.Zero : challenge.Timestamp - request.ReceivedAt;
        var isThisTask = isChallenge && offset.Duration() <= settings.TimestampTolerance;
        LiveForecast? forecast = null;
        Refusal? repeated;
        try
        {
            forecast = isThisTask ? await ForecastAsync(request, ct) : null;
        }
        finally
        {
            // Also when the caller has disconnected: its place is free only when storage no longer works for it.
            repeated = await reserving;
        }

        if (repeated is not null)
        {
            return repeated;
        }

        var caller = admitted.Caller;
        if (forecast is not null)
        {
            return new ChallengeAnswer(challenge!, forecast, caller, admitted.HasPermit);
        }

        if (isChallenge)
        {
            activity.AskedForAnotherTask(caller?.Hotkey.PublicKey, offset);
        }

        return (isChallenge ? OffTime(challenge!, offset) : new Refusal(400, RefusalReason.Malformed, problem!)) with
        {
            Caller = caller,
        };
    }

    /// <summary>
    /// Decides about a plain <c>Synapse</c>, with which validators' tools ping a miner. It is echoed to callers that may send a challenge.
    /// </summary>
    /// <returns>Why the ping is refused; null to echo it.</returns>
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

    private async Task<LiveForecast> ForecastAsync(IncomingRequest request, CancellationToken ct)
    {
        using var stage = metrics.Begin("forecast");
        var live = await forecasts.ForecastAsync(request.Deadline.Remaining, ct);
        metrics.Forecast(
            live.Forecast is null ? "none"
            : live.Reason is null ? "model"
            : "fallback"
        );
        return live;
    }

    private Refusal OffTime(ChallengeRequest challenge, TimeSpan offset) =>
        offset.Duration() < CallerActivity.MinOffset
            ? new(
                400,
                RefusalReason.WrongTime,
                $"The timestamp {challenge.TimestampText} is more than {settings.TimestampTolerance.TotalMinutes:0.##} minutes from this "
                    + "miner's clock: it forecasts USDT/CNY one hour from now and nothing else."
            )
            : new(
                400,
                RefusalReason.OtherTask,
                $"The timestamp {challenge.TimestampText} is {CallerActivity.InWords(offset)} of this miner's clock, which is another "
                    + "task: this miner forecasts USDT/CNY one hour from now and nothing else."
            );
}
