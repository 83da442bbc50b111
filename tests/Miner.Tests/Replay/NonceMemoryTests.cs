using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class NonceMemoryTests
{
    /// <remarks>The instance has the memory that the miner registers.</remarks>
    [Fact]
    public async Task A_miner_remembers_100_000_requests_that_can_all_be_replayed_and_refuses_the_next()
    {
        await using var instance = new ReplayInstance(new StorageSettings(StorageEmulator.Unreachable()), ReplayMode.Memory);
        var (memory, until) = (instance.Services.GetRequiredService<NonceCache>(), instance.Signed().ReplayableUntil);
        Assert.Every(Enumerable.Range(0, 99_999), i => Assert.Equal(NonceClaim.Claimed, memory.Claim($"{i:x32}", until)));

        var (last, next) = (instance.Signed(), instance.Signed());
        Assert.Equal((200, 503), (await instance.TakeAsync(last), await instance.TakeAsync(next)));
        Assert.Equal((401, 503), (await instance.TakeAsync(last), await instance.TakeAsync(next)));
    }
}
