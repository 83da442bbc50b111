using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class AccessWarmUpTests(TestStorage storage) : IAsyncDisposable
{
    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedNode _node = new(TestSubnet.At());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_miner_without_callers_reads_the_chain_until_it_has_a_list_and_no_longer()
    {
        _node.Raw = "<html>502</html>";
        using var instance = New(AccessMode.Permit);
        using var warmUp = new AccessWarmUp(instance.Directory, instance.Settings, _clock);
        await warmUp.StartAsync(Ct);
        await Polling.UntilAsync(() => instance.Refresh.LastFailure is not null);

        _node.Raw = null;
        while (!warmUp.ExecuteTask!.IsCompleted)
        {
            _clock.Advance(RefreshBackoff.MinDelay);
            await Task.Delay(5, Ct);
        }

        await warmUp.ExecuteTask;
        Assert.NotNull(instance.Known.Good);
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
