using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Challenges;

/// <summary>How a challenge ended: refused, or answered with a forecast or with null.</summary>
/// <param name="Refusal">Null when it was answered.</param>
/// <param name="Request">What was asked; null when it was refused.</param>
/// <param name="Forecast">What was answered; null when it was refused.</param>
/// <param name="Caller">Who asked; null where that is not known, or not believed.</param>
public sealed record ChallengeAnswer(Refusal? Refusal, ChallengeRequest? Request, LiveForecast? Forecast, Caller? Caller)
{
    /// <summary>Whether the asker is known to have a validator permit.</summary>
    public bool HasPermit { get; init; }

    /// <summary>How the asker stands in records and logs: by one address, however it writes its key.</summary>
    public string Asker => Caller is { } caller ? new Ss58Address(caller.Hotkey.PublicKey).ToString() : ForecastRecord.Unverified;

    /// <param name="refusal">Why.</param>
    /// <param name="caller">Whose own request it was; null for one that anybody could have sent.</param>
    public static ChallengeAnswer Refused(Refusal refusal, Caller? caller = null) => new(refusal, null, null, caller);
}
