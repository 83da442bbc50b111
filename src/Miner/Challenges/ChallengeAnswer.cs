using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Challenges;

/// <summary>An answered challenge.</summary>
/// <param name="Request">The challenge.</param>
/// <param name="Forecast">The forecast that was sent; null when there was none.</param>
/// <param name="Caller">The caller; null in open mode.</param>
/// <param name="HasPermit">Whether the caller is known to have a validator permit.</param>
internal sealed record ChallengeAnswer(ChallengeRequest Request, LiveForecast Forecast, Caller? Caller, bool HasPermit)
{
    /// <summary>The caller's name in records and logs: one address, however it writes its key.</summary>
    public string CallerName => Caller is { } caller ? new Ss58Address(caller.Hotkey.PublicKey).ToString() : ForecastRecord.Unverified;
}
