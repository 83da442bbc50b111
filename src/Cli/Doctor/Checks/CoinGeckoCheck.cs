using System.Globalization;
using Bittbridge.Miner;

namespace Bittbridge.Cli.Doctor;

/// <summary>Asks CoinGecko for the newest price, with the miner's key and from the endpoint that the miner polls: one call of the month's.</summary>
internal sealed class CoinGeckoCheck(Func<CoinGeckoSource> source, PriceSettings settings, TimeProvider clock) : ICheck
{
    private static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    public string Name => "CoinGecko";

    private string Key => settings.CoinGeckoApiKey is null ? "without a key" : "with the key";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (settings.Source != PriceSettings.CoinGecko)
        {
            return Finding.Skipped($"not asked: Bittbridge:Prices:Source is {Shown.Path(settings.Source)}");
        }

        var fetch = await source().LatestAsync(mayRetry: false, ct).ConfigureAwait(false);
        if (fetch.Failure is { } failure)
        {
            return Finding.Failed($"{failure} ({Key})", Remedy(failure));
        }

        if (fetch.Prices is not [{ Cny: { } price } quoted, ..])
        {
            return Finding.Failed("CoinGecko answered without a price in CNY", "Look at Bittbridge:CoinGecko:BaseAddress: is that CoinGecko's API?");
        }

        var age = clock.GetUtcNow() - quoted.Time;
        var detail = string.Create(CultureInfo.InvariantCulture, $"1 USDT is {price:0.0000} CNY, {Math.Max(0, age.TotalMinutes):0.0} minutes old; asked {Key}");
        return age > OldPrice
            ? Finding.Warning(detail, "CoinGecko itself is behind; wait, and see its status page.")
            : Finding.Well(detail);
    }

    private string Remedy(string failure) =>
        failure.Contains("answered 429", StringComparison.Ordinal) ? settings.CoinGeckoApiKey is null
            ? "Too many calls from this address: wait some minutes, or set Bittbridge:CoinGecko:ApiKey to a free demo key, which has calls of its own."
            : "The key's calls are used up: wait, or take a larger plan; one miner needs about 9,000 calls a month."
        : failure.Contains("answered 403", StringComparison.Ordinal) && settings.CoinGeckoApiKey is null
            ? "CoinGecko, or something on the way to it, turns this machine's address away: set Bittbridge:CoinGecko:ApiKey to a free demo key, or let another address ask."
        : failure.Contains("answered 401", StringComparison.Ordinal) || failure.Contains("answered 403", StringComparison.Ordinal)
            ? "Set Bittbridge:CoinGecko:ApiKey to a key that is valid, and Bittbridge:CoinGecko:BaseAddress to the host that goes with its kind; or go without both."
        : failure.Contains("answered 5", StringComparison.Ordinal) ? "CoinGecko has trouble of its own: wait, and see its status page."
        : "Let this machine reach CoinGecko over HTTPS (DNS, firewall, proxy), and check Bittbridge:CoinGecko:BaseAddress if it is set.";
}
