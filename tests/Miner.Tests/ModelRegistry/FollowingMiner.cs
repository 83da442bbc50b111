using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>
/// The part of a miner that follows the deployment table: one instance of several on one account. Calibrations are used without learning.
/// </summary>
internal sealed class FollowingMiner
{
    private static readonly ResidualIntervalEstimator Intervals = new(0.9);

    private readonly IPrices _prices;

    public FollowingMiner(
        StorageSettings storage,
        FakeTimeProvider clock,
        string model = "exponential-smoothing",
        params IModelLoader[] more
    )
    {
        Clock = clock;
        _prices = FixedPrices.Until(clock.GetUtcNow());
        Settings = new()
        {
            Storage = storage,
            Model = model,
            LearnsFromErrors = false,
        };
        var registry = new ModelCatalog(BuiltInModels.Create());
        var loading = new VersionLoader(
            registry,
            new(new(storage), clock),
            new([.. ModelLoaders.BuiltIn, .. more]),
            UnheardMetrics.New(),
            clock,
            NullLogger<VersionLoader>.Instance
        );
        Follower = new(
            new(new(storage, TimeSpan.FromMinutes(9)), clock),
            loading,
            ConfiguredModel.Choose(registry, new(Settings), Settings),
            new(Intervals, Settings),
            clock,
            NullLogger<DeploymentWatcher>.Instance
        );
        Desk = new(Follower, Intervals, _prices, Settings, clock, NullLogger<ForecastService>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public MinerSettings Settings { get; }

    public DeploymentWatcher Follower { get; }

    public ForecastService Desk { get; }

    /// <summary>The active model, such as <c>mine@2 with the calibration wide@1</c>.</summary>
    public string InService => Follower.Current.ToString();

    /// <summary>Advances the clock until a refresh is due, and waits for it.</summary>
    public async Task RefreshAsync(TimeSpan? after = null)
    {
        Clock.Advance(after ?? DeploymentWatcher.RefreshInterval);
        await Follower.RefreshIfDue().WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task<LiveForecast> AskAsync() => Desk.ForecastAsync(Settings.Budget, TestContext.Current.CancellationToken);
}
