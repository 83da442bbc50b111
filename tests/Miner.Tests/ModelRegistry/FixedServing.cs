using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>What a test puts in service.</summary>
internal sealed class FixedServing(ActiveModel current) : IActiveModel
{
    /// <summary>With the residual intervals.</summary>
    public static Forecasters Forecasters { get; } =
        new(new ResidualIntervalEstimator(0.9), new() { Storage = new("UseDevelopmentStorage=true") });

    /// <summary>The usual ones.</summary>
    public static MinerSettings Settings { get; } = new() { Storage = new("UseDevelopmentStorage=true") };

    public ActiveModel Current { get; set; } = current;

    /// <summary>Where set, what a request has read before <see cref="Current"/> took its place.</summary>
    public ActiveModel? Replaced { get; set; }

    public string? Problem { get; set; }

    public ValueTask<ActiveModel> CurrentAsync(TimeSpan patience, CancellationToken ct) => new(Replaced ?? Current);

    public Task SettleAsync(TimeSpan patience) => Task.CompletedTask;

    /// <summary>A model with the residual intervals.</summary>
    public static FixedServing Of(IPredictionModel model, TimeProvider clock) => new(ActiveModel.Of(Served(model, clock), Forecasters));

    /// <summary>A model with intervals as a test wants them.</summary>
    public static FixedServing Of(IPredictionModel model, IIntervalEstimator intervals, TimeProvider clock, bool keepsOwn = true) =>
        new(
            ActiveModel.Of(
                Served(model, clock),
                new(intervals, new() { Storage = new("UseDevelopmentStorage=true"), KeepsOwnIntervals = keepsOwn })
            )
        );

    public static GuardedModel Served(IPredictionModel model, TimeProvider clock, MinerMetrics? metrics = null) =>
        new(model, isRegistered: false, metrics ?? UnheardMetrics.New(), clock, NullLogger.Instance);
}
