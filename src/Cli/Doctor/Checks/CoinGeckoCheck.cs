using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// Reads the newest price from CoinGecko with the miner's key and endpoint. This uses one call of the monthly quota.
/// </summary>
internal sealed class CoinGeckoCheck(Func<CoinGeckoSource> source, PriceSettings settings, TimeProvider clock) : ICheck
{
    private static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    public string Name => "CoinGecko";

    private string Key => settings.CoinGeckoApiKey is null ? "without a key" : "with the key";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (settings.Source != PriceSettings.CoinGecko)
        {
            return Finding.Skipped($"not checked, because Bittbridge:Prices:Source is {Shown.Path(settings.Source)}");
        }

        var fetch = await source().LatestAsync(mayRetry: false, ct);
        if (fetch.Failure is { } failure)
        {
            return Finding.Failed($"{failure.Detail} ({Key})", failure);
        }

        if (fetch.Prices is not [{ Cny: { } price } quoted, ..])
        {
            return Finding.Failed(
                "CoinGecko answered without a price in CNY",
                "Check that Bittbridge:CoinGecko:BaseAddress is CoinGecko's API."
            );
        }

        var now = clock.GetUtcNow();
        if (PriceCheck.Objection(quoted, now) is { } objection)
        {
            return Finding.Failed(
                $"CoinGecko's price of {price:0.####} CNY at {quoted.Time:u} is not usable ({objection}); asked {Key}",
                "Check Bittbridge:CoinGecko:BaseAddress and this machine's clock; otherwise wait, and see CoinGecko's status page."
            );
        }

        var age = now - quoted.Time;
        var detail = $"1 USDT is {price:0.0000} CNY, {Math.Max(0, age.TotalMinutes):0.0} minutes old; asked {Key}";
        return age > OldPrice
            ? Finding.Warning(detail, "CoinGecko itself is behind; wait, and see its status page.")
            : Finding.Passed(detail);
    }
}
