namespace Bittbridge.Miner.Forecasting;

/// <summary>Tells which model is active.</summary>
internal interface IActiveModel
{
    /// <summary>From memory.</summary>
    ActiveModel Current { get; }

    /// <summary>What is wrong with the deployment, such as a version that can't be used; null when nothing is.</summary>
    string? Problem { get; }

    /// <summary>
    /// From memory, while the deployment is refreshed in the background. Only the first request of a process waits for the first refresh,
    /// for at most <paramref name="maxWait"/>.
    /// </summary>
    ValueTask<ActiveModel> CurrentAsync(TimeSpan maxWait, CancellationToken ct);

    /// <summary>
    /// Waits for a refresh that is running, for at most <paramref name="maxWait"/>: a host may freeze the process between invocations, and
    /// the refresh with it.
    /// </summary>
    Task SettleAsync(TimeSpan maxWait);
}
