using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Has the follower look as long as the process runs, whether challenges arrive or not; the first look begins with the process.
/// </summary>
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
