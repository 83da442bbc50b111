using BenchmarkDotNet.Attributes;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Benchmarks;

/// <summary>
/// One forecast with its interval from a history of 300 points, by each cheap model; the last price is the floor, and the default is to
/// stay below 0.1 ms. Each runs the model, except for the last one.
/// </summary>
[MemoryDiagnoser]
public class ForecastBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 3, 0, TimeSpan.Zero);

    private PriceHistory _history = PriceHistory.Empty;
    private Forecaster _lastPrice = null!;
    private Forecaster _exponentialSmoothing = null!;
    private Forecaster _averagedSmoothers = null!;
    private Forecaster _default = null!;
    private Forecaster _reward = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        var random = new Random(1);
        _history = PriceHistory.FromPoints(
            Enumerable.Range(0, 300).Select(i => new PricePoint(Now - ((300 - i) * PriceSlot.Step), 7.1 + (0.002 * random.NextDouble())))
        );
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true);
        _lastPrice = new(new LastPriceModel(), intervals);
        _exponentialSmoothing = new(new ExponentialSmoothingModel(), intervals);
        _averagedSmoothers = new(new AveragedSmoothersModel(), intervals);
        var model = new ModelCatalog(BuiltInModels.Create()).Find(BuiltInModels.Default)!;
        _default = new(model, intervals);
        _reward = new(model, new CalibratedIntervalEstimator(ShippedCalibration.Value, IntervalAim.Reward, learning: true));
        await _default.ForecastAsync(Now, _history, CancellationToken.None);
    }

    [Benchmark(Baseline = true)]
    public async Task<Forecast?> LastPrice() => await _lastPrice.ForecastAsync(Now, _history, CancellationToken.None);

    [Benchmark]
    public async Task<Forecast?> ExponentialSmoothing() => await _exponentialSmoothing.ForecastAsync(Now, _history, CancellationToken.None);

    [Benchmark]
    public async Task<Forecast?> AveragedSmoothers() => await _averagedSmoothers.ForecastAsync(Now, _history, CancellationToken.None);

    [Benchmark]
    public async Task<Forecast?> Default() => await _default.ForecastAsync(Now, _history, CancellationToken.None);

    [Benchmark]
    public async Task<Forecast?> DefaultForReward() => await _reward.ForecastAsync(Now, _history, CancellationToken.None);

    /// <summary>In another second, from prices that the model has forecast from.</summary>
    [Benchmark]
    public Forecast DefaultWithoutRun() =>
        _default.ForecastWithoutRun(Now.AddSeconds(1), _history)
        ?? throw new InvalidOperationException("The model has not forecast from these prices.");
}
