namespace Bittbridge.Models.Testing;

/// <summary>What the contract is checked with.</summary>
public sealed record ConformanceOptions
{
    /// <summary>How many prices <see cref="Prices"/> must hold at least.</summary>
    public const int MinPrices = 120;

    /// <summary>
    /// The prices of the checks. By default made ones, 600 near 7.12 CNY: give recorded ones where a model was trained far from there.
    /// </summary>
    public PriceHistory Prices { get; init; } = ConformancePrices.Made();

    /// <summary>
    /// The longest that a forecast or a canceled call may take, the best of three: the default leaves some of the 800 ms of an answer to
    /// the rest.
    /// </summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest that <see cref="IPredictionModel.InitializeAsync"/> and <see cref="IPredictionModel.CleanupAsync"/> may take.
    /// </summary>
    public TimeSpan InitializeLimit { get; init; } = TimeSpan.FromSeconds(30);
}
