using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

/// <summary>
/// What a timer does once an hour. One task that fails leaves the others their turn, and the run fails in the end, so that the host shows
/// it.
/// </summary>
public sealed class HousekeepingRunner(IEnumerable<IHousekeepingTask> tasks, ILogger<HousekeepingRunner> logger)
{
    /// <exception cref="AggregateException">Tasks failed, each as the log has it.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        List<Exception> failures = [];
        foreach (var task in tasks)
        {
            try
            {
                await task.RunAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                throw;
            }
            // An exception of one task must not keep the next from running.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                HousekeepingLog.TaskFailed(logger, exception, task.Name);
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}

/// <summary>Something the housekeeping timer does.</summary>
public interface IHousekeepingTask
{
    /// <summary>What it is called in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
