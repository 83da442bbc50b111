using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>Polls for deployment changes in the background, from the start of the process to its stop.</summary>
internal sealed class DeploymentWatching(DeploymentWatcher watcher, TimeProvider clock) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        watcher.Stop();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        watcher.Start();
        while (!stoppingToken.IsCancellationRequested)
        {
            await watcher.LookIfDue().WaitAsync(stoppingToken);
            await Task.Delay(DeploymentWatcher.LookEvery, clock, stoppingToken);
        }
    }
}
