using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

/// <summary>
/// Runs the hourly maintenance tasks. When one fails, the others still run; then the whole run fails, so that the host reports it.
/// </summary>
public sealed class HousekeepingRunner(IEnumerable<IHousekeepingTask> tasks, ILogger<HousekeepingRunner> logger)
{
    /// <exception cref="AggregateException">Tasks failed; the log has each exception.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        // All at once: one that waits for the chain must not use up the time that the host allows for all.
        var failures = await Task.WhenAll(tasks.Select(task => RunAsync(task, ct)));
        if (failures.OfType<Exception>().ToList() is { Count: > 0 } all)
        {
            throw new AggregateException(all);
        }
    }

    /// <returns>Why the task failed; null when it did not.</returns>
    private async Task<Exception?> RunAsync(IHousekeepingTask task, CancellationToken ct)
    {
        try
        {
            await task.RunAsync(ct);
            return null;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        // An exception of one task must not keep the others from running.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HousekeepingLog.TaskFailed(logger, exception, task.Name);
            return exception;
        }
    }
}

/// <summary>A task of the housekeeping timer.</summary>
public interface IHousekeepingTask
{
    /// <summary>Its name in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
