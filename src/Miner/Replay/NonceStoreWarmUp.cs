using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>Opens the connection to the nonce store when the process starts.</summary>
internal sealed class NonceStoreWarmUp(NonceStore store, MinerSettings settings, ILogger<NonceStoreWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Replay == ReplayMode.Memory)
        {
            return;
        }

        try
        {
            await store.WarmUpAsync(stoppingToken);
        }
        // An exception would stop the miner, which can do without this.
#pragma warning disable CA1031
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            ReplayLog.NotWarmedUp(logger, exception);
        }
    }
}
