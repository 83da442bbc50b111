using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>What a timer does once an hour. One chore that fails leaves the others their turn, and the run fails in the end, so that the host shows it.</summary>
public sealed class Housekeeping(IEnumerable<IChore> chores, ILogger<Housekeeping> logger)
{
    /// <exception cref="AggregateException">Chores failed, each as the log has it.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        List<Exception> failures = [];
        foreach (var chore in chores)
        {
            try
            {
                await chore.RunAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                throw;
            }
            // Whatever one chore throws, the next is no worse for it.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                HousekeepingLog.ChoreFailed(logger, exception, chore.Name);
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
