namespace Bittbridge.Miner.Forecasting;

/// <summary>Which model answers now.</summary>
internal interface IActiveModel
{
    /// <summary>From memory.</summary>
    ActiveModel Current { get; }

    /// <summary>What is wrong with the choice of models, such as a version that was refused; null when nothing is.</summary>
    string? Problem { get; }

    /// <summary>
    /// From memory, while the deployment is refreshed in the background. Only the first request of a process waits for the
    /// first look, and no longer than <paramref name="patience"/>.
    /// </summary>
    ValueTask<ActiveModel> CurrentAsync(TimeSpan patience, CancellationToken ct);

    /// <summary>
    /// Waits for a look that is under way, but no longer than <paramref name="patience"/>: between invocations a host may freeze the
    /// process, and a look with it.
    /// </summary>
    Task SettleAsync(TimeSpan patience);
}
