using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner;

/// <summary>Has the follower look as long as the process runs, whether challenges arrive or not; the first look begins with the process.</summary>
public sealed class ModelFollowing(ModelFollower follower, TimeProvider clock) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        follower.Stop();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        follower.Start();
        while (!stoppingToken.IsCancellationRequested)
        {
            await follower.LookIfDue().WaitAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(ModelFollower.LookEvery, clock, stoppingToken).ConfigureAwait(false);
        }
    }
}
