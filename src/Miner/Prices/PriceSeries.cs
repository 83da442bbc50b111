using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Prices;

/// <summary>
/// Which prices are meant. Prices that are not real live in series of their own and can never be mistaken for the real ones.
/// </summary>
/// <param name="Name">The name in table keys.</param>
public sealed record PriceSeries(string Name)
{
    /// <summary>Real prices from CoinGecko.</summary>
    public static PriceSeries Real { get; } = new("tether-cny");

    /// <summary>Made up by a seeded random process.</summary>
    public static PriceSeries Simulated { get; } = new("tether-cny-simulated");

    /// <summary>A recording of real prices, played as if it ended now.</summary>
    public static PriceSeries Recording { get; } = new("tether-cny-recording");

    /// <summary>The series that a source writes.</summary>
    /// <param name="source">As in the setting <c>Prices:Source</c>.</param>
    public static PriceSeries OfSource(string source) =>
        source switch
        {
            PriceSettings.CoinGecko => Real,
            PriceSettings.Simulated => Simulated,
            _ => Recording,
        };

    public bool IsReal => this == Real;

    public override string ToString() => Name;
}
