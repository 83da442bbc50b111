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

/// <summary>A task of the housekeeping timer.</summary>
public interface IHousekeepingTask
{
    /// <summary>Its name in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
