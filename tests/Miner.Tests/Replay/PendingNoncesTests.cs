using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class PendingNoncesTests(TestStorage storage)
{
    [Fact]
    public async Task A_nonce_whose_row_can_not_be_read_is_reported_and_the_next_is_stored_still()
    {
        var ct = TestContext.Current.CancellationToken;
        var (settings, clock) = (storage.NewSettings(), new WatchedClock());
        await using var proxy = new StorageProxy(settings);
        await using var one = new ReplayInstance(proxy.Settings, clock: clock);
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        proxy.GoDown();
        var (spoiled, next) = (one.Signed(), one.Signed());
        Assert.Equal((200, 200), (await one.TakeAsync(spoiled), await one.TakeAsync(next)));

        // The row of the first names an attempt that is none, which is no failure of storage.
        var key = ReplayKey.Of(spoiled);
        var table = new TableClient(settings.Location, settings.TablePrefix + "nonces");
        await table.AddEntityAsync(new TableEntity(key.Slice, key.Hash) { ["Attempt"] = "none" }, ct);
        await clock.WaitBeginsAsync(PendingNonces.RetryDelay);
        proxy.GoUp();
        clock.Advance(PendingNonces.RetryDelay);
        await Polling.UntilAsync(() => one.Pending.Count == 0 && one.Log.Count(3203) > 0);

        Assert.Equal((1, 1, 0), (one.Log.Count(3207), one.Log.Count(3203), one.Log.Count(3204)));
        Assert.Equal(401, await other.TakeAsync(next));
    }
}
