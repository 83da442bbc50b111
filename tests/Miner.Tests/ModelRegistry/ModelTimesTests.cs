using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>The other tests take these times from the product, so that they pass with any.</summary>
public sealed class ModelTimesTests
{
    [Fact]
    public void A_deployment_is_read_every_ten_seconds_and_a_refused_version_is_loaded_again_after_a_minute()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), DeploymentWatcher.RefreshInterval);
        Assert.Equal(TimeSpan.FromMinutes(1), DeploymentWatcher.RefusalRetryInterval);
    }

    [Fact]
    public void A_version_has_thirty_seconds_to_load_and_to_initialize_and_one_look_waits_for_five_of_them()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), DeploymentWatcher.MaxLoadWait);
        Assert.Equal(TimeSpan.FromSeconds(30), VersionLoader.MaxLoadTime);
        Assert.Equal(TimeSpan.FromSeconds(30), VersionLoader.MaxInitializationTime);
    }
}
