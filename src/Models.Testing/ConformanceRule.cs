using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Testing;

/// <summary>What a miner asks of a model.</summary>
public enum ConformanceRule
{
    /// <summary>The id is there and always the same.</summary>
    Id,

    /// <summary>It initializes: true, in time, without an exception.</summary>
    Initialize,

    /// <summary>A day of prices without a gap gets a forecast.</summary>
    Answer,

    /// <summary>A forecast lies near the last price.</summary>
    Price,

    /// <summary>An interval holds the price and stays near the last one.</summary>
    Interval,

    /// <summary>The same prices at the same instant get the same forecast.</summary>
    Determinism,

    /// <summary>What was asked before changes nothing.</summary>
    State,

    /// <summary>The prices are left as they are: others read them at the same time.</summary>
    Mutation,

    /// <summary>
    /// With few prices or none there is a forecast or null; here and below an <see cref="UnusableAnswerException"/> counts as null.
    /// </summary>
    ShortHistory,

    /// <summary>With missing slots and times off the slots there is a forecast or null.</summary>
    Gaps,

    /// <summary>With a last price that is hours or days old there is a forecast or null.</summary>
    OldPrices,

    /// <summary>With prices that stand still or jump there is a forecast or null.</summary>
    OddPrices,

    /// <summary>With USDT/USD unknown everywhere or here and there the forecast or null is as good.</summary>
    MissingUsd,

    /// <summary>A cancelled call ends soon: with a forecast, null or <see cref="OperationCanceledException"/>.</summary>
    Cancellation,

    /// <summary>A forecast takes no longer than <see cref="ConformanceOptions.TimeLimit"/>.</summary>
    Time,

    /// <summary>Several calls at once get what each gets alone.</summary>
    Concurrency,

    /// <summary>A replay (<see cref="IPastForecasts"/>) gives prices and knows nothing of what came later.</summary>
    Replay,

    /// <summary>Cleaning up works, also the second time.</summary>
    Cleanup,
}
