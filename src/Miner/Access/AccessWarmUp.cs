using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Sees to it from the process's start that the subnet's list is at hand before somebody calls; the start does not wait for it.
/// </summary>
internal sealed class AccessWarmUp(ValidatorCache directory, MinerSettings settings, TimeProvider clock) : BackgroundService
{
    /// <summary>How often it is seen whether there is one.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Access == AccessMode.Open)
        {
            return;
        }

        // Until there is a list; from then on housekeeping and those who call keep it young.
        while (await directory.CurrentAsync(stoppingToken) is null)
        {
            await Task.Delay(Step, clock, stoppingToken);
        }
    }
}
