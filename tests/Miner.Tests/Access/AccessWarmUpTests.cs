using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class AccessWarmUpTests(TestStorage storage) : IAsyncDisposable
{
    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly WatchedClock _clock = new();
    private readonly RecordedNode _node = new(TestSubnet.At());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_miner_without_callers_reads_the_chain_until_it_has_a_list_and_no_longer()
    {
        var (began, step) = (_clock.GetUtcNow(), TimeSpan.FromSeconds(15));
        _node.Raw = "<html>502</html>";
        using var instance = New(AccessMode.Permit);
        using var warmUp = new AccessWarmUp(instance.Directory, instance.Settings, _clock);
        await warmUp.StartAsync(Ct);
        await _clock.WaitBeginsAsync(step);

        // Waits for the read that is running.
        await instance.Refresh.RunAsync(Ct);
        Assert.NotNull(instance.Refresh.LastFailure);

        // After a failure the chain is left alone for a minute.
        _node.Raw = null;
        for (var waiting = 1; waiting < 4; waiting++)
        {
            _clock.Advance(step);
            await _clock.WaitBeginsAsync(step);
        }

        _clock.Advance(step);
        await Polling.UntilAsync(() => instance.Known.Good is not null);
        Assert.Equal(began.AddMinutes(1), instance.Known.Good!.ReadAt);

        await Polling.UntilAsync(() =>
        {
            _clock.Advance(step);
            return warmUp.ExecuteTask!.IsCompleted;
        });
        await warmUp.ExecuteTask!;
    }

    [Fact]
    public async Task Where_access_is_open_nothing_is_read()
    {
        using var instance = New(AccessMode.Open);
        using var warmUp = new AccessWarmUp(instance.Directory, instance.Settings, _clock);
        await warmUp.StartAsync(Ct);
        await warmUp.ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Empty(_node.Requests);
    }

    private AccessInstance New(AccessMode access) => new(_storage, _clock, AccessInstance.Urls(_node), access);
}
