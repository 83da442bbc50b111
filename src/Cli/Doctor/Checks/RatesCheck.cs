using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Reads the newest offshore rate with the miner's key. This uses one call of the daily quota.</summary>
internal sealed class RatesCheck(IRateSource source, TimeProvider clock) : ICheck
{
    /// <summary>The market is closed from Friday evening to Sunday evening, longer before a holiday in the west.</summary>
    private static readonly TimeSpan OldRate = TimeSpan.FromDays(4);

    public string Name => "offshore rate";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        var fetch = await source.LatestAsync(TimeSpan.Zero, ct);
        if (fetch.Failure is { } failure)
        {
            return Finding.Failed(failure.Detail, failure);
        }

        var newest = fetch.Rates.MaxBy(rate => rate.KnownAt);
        var age = clock.GetUtcNow() - newest.KnownAt;
        var detail = $"1 USD is {newest.Rate:0.0000} CNH, known since {newest.KnownAt:u}";
        return age > OldRate
            ? Finding.Warning(detail, $"Check that Bittbridge:{SettingNames.TwelveDataBaseAddress} is Twelve Data's API, and this clock.")
            : Finding.Passed(detail);
    }
}
