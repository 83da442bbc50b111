using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Replay;

/// <summary>Opens the connection to the nonce store when the process starts.</summary>
internal sealed class NonceStoreWarmUp(NonceStore store, MinerSettings settings) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.Replay == ReplayMode.Memory ? Task.CompletedTask : store.WarmUpAsync(stoppingToken);
}
