using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Prices;

/// <summary>
/// A series of prices. Simulated and recorded prices have series of their own, so they can never be mistaken for real ones.
/// </summary>
/// <param name="Name">The name in table keys.</param>
public sealed record PriceSeries(string Name)
{
    /// <summary>Real prices from CoinGecko.</summary>
    public static PriceSeries Real { get; } = new("tether-cny");

    /// <summary>Simulated by a seeded random process.</summary>
    public static PriceSeries Simulated { get; } = new("tether-cny-simulated");

    /// <summary>A recording of real prices, replayed as if it ended now.</summary>
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
