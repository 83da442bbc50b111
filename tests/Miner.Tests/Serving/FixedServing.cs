using Bittbridge.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests;

/// <summary>What a test puts in service.</summary>
internal sealed class FixedServing(Serving current) : IModelsInService
{
    /// <summary>With the residual intervals.</summary>
    public static Forecasters Forecasters { get; } = new(new ResidualIntervalEstimator(0.9), new() { Storage = new("UseDevelopmentStorage=true") });

    /// <summary>The usual ones.</summary>
    public static MinerSettings Settings { get; } = new() { Storage = new("UseDevelopmentStorage=true") };

    public Serving Current { get; set; } = current;

    public string? Problem { get; set; }

    public ValueTask<Serving> CurrentAsync(TimeSpan patience, CancellationToken ct) => new(Current);

    public Task SettleAsync(TimeSpan patience) => Task.CompletedTask;

    /// <summary>A model with the residual intervals.</summary>
    public static FixedServing Of(IPredictionModel model, TimeProvider clock) => new(Serving.Of(Served(model, clock), Forecasters));

    /// <summary>A model with intervals as a test wants them.</summary>
    public static FixedServing Of(IPredictionModel model, IIntervalEstimator intervals, TimeProvider clock, bool keepsOwn = true) =>
        new(Serving.Of(Served(model, clock), new(intervals, new() { Storage = new("UseDevelopmentStorage=true"), KeepsOwnIntervals = keepsOwn })));

    public static ServedModel Served(IPredictionModel model, TimeProvider clock) => new(model, isRegistered: false, clock, NullLogger.Instance);
}
