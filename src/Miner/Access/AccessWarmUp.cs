using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Loads the validator list from the start of the process, before the first caller needs it. The start does not wait for it.
/// </summary>
internal sealed class AccessWarmUp(ValidatorCache directory, MinerSettings settings, TimeProvider clock) : BackgroundService
{
    /// <summary>The interval between two checks for a list.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Access == AccessMode.Open)
        {
            return;
        }

        // Runs until there is a list; after that, housekeeping and requests keep it fresh.
        while (await directory.CurrentAsync(stoppingToken) is null)
        {
            await Task.Delay(Step, clock, stoppingToken);
        }
    }
}
