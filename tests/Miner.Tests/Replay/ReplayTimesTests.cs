using Bittbridge.Miner.Replay;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>The other tests take these times from the product, so that they pass with any.</summary>
public sealed class ReplayTimesTests
{
    [Fact]
    public void Storage_is_waited_for_as_long_as_an_answer_may_take_and_a_stop_may_last()
    {
        Assert.Equal(TimeSpan.FromSeconds(4), NonceStore.MaxFirstWait);
        Assert.Equal(TimeSpan.FromMilliseconds(800), NonceStore.MaxWait);
        Assert.Equal(TimeSpan.FromMilliseconds(500), NonceStore.MaxWaitInOutage);
        Assert.Equal(TimeSpan.FromMilliseconds(400), NonceStore.HedgingDelay);
        Assert.Equal(TimeSpan.FromSeconds(10), NonceStore.MaxWaitInAll);
        Assert.Equal(TimeSpan.FromSeconds(3), NonceStoreBreaker.BreakDuration);
        Assert.Equal(TimeSpan.FromSeconds(1), PendingNonces.RetryDelay);
        Assert.Equal(TimeSpan.FromSeconds(20), PendingNonces.MaxStop);

        // An answer leaves within a second, and the host ends a stop that takes longer than its own limit, which the miner leaves as it is.
        Assert.True(NonceStore.MaxWait < TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(30), new HostOptions().ShutdownTimeout);
        Assert.True(PendingNonces.MaxStop < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_nonce_is_remembered_half_a_minute_longer_than_it_is_fresh() => Assert.Equal(TimeSpan.FromSeconds(30), NonceCache.Grace);
}
