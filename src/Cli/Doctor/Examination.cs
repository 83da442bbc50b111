using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>Which checks are made of a miner with these settings.</summary>
internal sealed class Examination : IAsyncDisposable
{
    private static readonly string[] NeedSettings = ["storage", "price age", "CoinGecko", "chain", "hotkey", "axon", "clock"];

    private readonly MinerParts? _miner;

    private Examination(MinerParts? miner, IReadOnlyList<ICheck> checks) => (_miner, Checks) = (miner, checks);

    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<ICheck> Checks { get; }

    /// <param name="configuration">The miner's settings.</param>
    /// <param name="running">Where the miner runs; null for not asked.</param>
    /// <param name="clock">This machine's clock.</param>
    public static Examination Of(IConfiguration configuration, Uri? running, TimeProvider clock)
    {
        ICheck[] asked = running is null ? [] : [new RunningMinerCheck(running)];
        var witnesses = new ClockWitnesses(clock);
        MinerParts miner;
        try
        {
            miner = new(configuration, witnesses, clock);
        }
        catch (SettingsException exception)
        {
            return new(null, [new VersionCheck(), new UnreadSettings(exception), .. NeedSettings.Select(name => new Unchecked(name, "not looked at: the settings come first")), .. asked]);
        }

        var coinGecko = new Awaited(new CoinGeckoCheck(() => miner.CoinGecko, miner.Settings.Prices, clock));
        var chain = new Awaited(new ChainCheck(miner));
        return new(miner,
        [
            new VersionCheck(),
            new SettingsCheck(miner.Settings, configuration),
            new StorageCheck(miner.Tables, miner.Settings.Storage),
            new PriceAgeCheck(miner.PriceStore, clock),
            coinGecko,
            chain,
            new HotkeyCheck(miner),
            new AxonCheck(miner),
            new ClockCheck(witnesses, Task.WhenAll(coinGecko.Done, chain.Done), clock),
            .. asked,
        ]);
    }

    public ValueTask DisposeAsync() => _miner?.DisposeAsync() ?? default;

    /// <summary>A check whose end others wait for.</summary>
    private sealed class Awaited(ICheck check) : ICheck
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => check.Name;

        public Task Done => _done.Task;

        public async Task<Finding> RunAsync(CancellationToken ct)
        {
            try
            {
                return await check.RunAsync(ct).ConfigureAwait(false);
            }
            finally
            {
                _done.TrySetResult();
            }
        }
    }
}
