using Bittbridge.Bittensor;

namespace Bittbridge.Miner;

/// <summary>How a challenge ended: refused, or answered with a forecast or with null.</summary>
/// <param name="Refusal">Null when it was answered.</param>
/// <param name="Request">What was asked; null when it was refused.</param>
/// <param name="Forecast">What was answered; null when it was refused.</param>
/// <param name="Caller">Who asked, as far as it is known.</param>
public sealed record ChallengeAnswer(Refusal? Refusal, ChallengeRequest? Request, LiveForecast? Forecast, Caller? Caller)
{
    public static ChallengeAnswer Refused(Refusal refusal) => new(refusal, null, null, null);
}
