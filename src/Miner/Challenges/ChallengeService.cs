using System.Globalization;
using Bittbridge.Bittensor;

namespace Bittbridge.Miner;

/// <summary>The way of a challenge once its body has been read: who asks, what is asked, the forecast.</summary>
public sealed class ChallengeService(ICallerAuthentication authentication, ForecastDesk desk, MinerSettings settings, TimeProvider clock)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="arrived">A timestamp of the clock, taken when the request arrived: the budget runs from there.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<ChallengeAnswer> AnswerAsync(IncomingRequest request, long arrived, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);

        // 1. Who is asking? What follows is for verified callers: access policy, then the replay guard, have their place right here.
        var (caller, refusal) = authentication.Authenticate(request);
        if (refusal is not null)
        {
            return ChallengeAnswer.Refused(refusal);
        }

        // 2. What is asked?
        if (!ChallengeRequest.TryParse(request.Body, out var challenge, out var problem))
        {
            return ChallengeAnswer.Refused(new(400, problem));
        }

        if ((challenge!.Timestamp - request.ReceivedAt).Duration() > settings.TimestampTolerance)
        {
            return ChallengeAnswer.Refused(new(400, string.Create(CultureInfo.InvariantCulture,
                $"The timestamp {challenge.TimestampText} is more than {settings.TimestampTolerance.TotalMinutes:0.##} minutes from this miner's clock: it forecasts USDT/CNY one hour from now and nothing else.")));
        }

        // 3. The forecast, within what is left of the budget.
        var forecast = await desk.ForecastAsync(settings.Budget - clock.GetElapsedTime(arrived), ct).ConfigureAwait(false);
        return new(null, challenge, forecast, caller);
    }
}
