using Bittbridge.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests;

/// <summary>The part of a miner that follows the table of models: one instance of several on one account. Calibrations are taken as they are, without learning.</summary>
internal sealed class FollowingMiner
{
    private static readonly ResidualIntervalEstimator Intervals = new(0.9);

    private readonly IPrices _prices;

    public FollowingMiner(StorageSettings storage, FakeTimeProvider clock, string model = "exponential-smoothing", params IModelLoader[] more)
    {
        Clock = clock;
        _prices = FixedPrices.Until(clock.GetUtcNow());
        Settings = new() { Storage = storage, Model = model, LearnsFromErrors = false };
        var registry = new ModelRegistry(BuiltInModels.Create());
        var loading = new ModelLoading(registry, new(new(storage), clock), new([.. ModelLoaders.BuiltIn, .. more]), clock, NullLogger<ModelLoading>.Instance);
        Follower = new(new(new(storage), clock), loading, ConfiguredModel.Choose(registry, new(Settings), Settings), new(Intervals, Settings), clock, NullLogger<ModelFollower>.Instance);
        Desk = new(Follower, Intervals, _prices, Settings, clock, NullLogger<ForecastDesk>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public MinerSettings Settings { get; }

    public ModelFollower Follower { get; }

    public ForecastDesk Desk { get; }

    /// <summary>What is in service, such as <c>mine@2 with the calibration wide@1</c>.</summary>
    public string InService => Follower.Current.ToString();

    /// <summary>Lets the time pass after which it looks again, and waits for the look.</summary>
    public async Task LookAsync(TimeSpan? after = null)
    {
        Clock.Advance(after ?? ModelFollower.LookEvery);
        await Follower.LookIfDue().WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task<LiveForecast> AskAsync() => Desk.ForecastAsync(Settings.Budget, TestContext.Current.CancellationToken);
}
