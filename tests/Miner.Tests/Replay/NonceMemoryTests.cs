using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class NonceMemoryTests
{
    /// <remarks>The instance has the memory that the miner registers.</remarks>
    [Fact]
    public async Task A_miner_remembers_a_thousand_requests_that_can_all_be_replayed()
    {
        await using var instance = new ReplayInstance(new StorageSettings(StorageEmulator.Unreachable()), ReplayMode.Memory);
        var answers = new List<int>();
        for (var i = 0; i < 1000; i++)
        {
            answers.Add(await instance.TakeAsync(instance.Signed()));
        }

        Assert.Every(answers, status => Assert.Equal(200, status));
    }
}
