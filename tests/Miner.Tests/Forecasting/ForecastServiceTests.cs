using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class ForecastServiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 3, 0, TimeSpan.Zero);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    private readonly FakeTimeProvider _clock = new(Now);
    private readonly FixedPrices _prices = FixedPrices.Until(Now);

    [Fact]
    public async Task A_working_model_answers_with_its_price_and_the_residual_interval()
    {
        var live = await AskAsync(Answers(new Forecast(7.1)));
        Assert.Equal(7.1, live.Forecast!.Price);
        Assert.True(live.Forecast.Interval!.Value.Contains(7.1));
        Assert.Equal("odd@1", live.Model.ToString());
        Assert.Equal(Now, live.MadeAt);
        Assert.Null(live.Reason);
    }

    [Fact]
    public async Task An_estimator_that_throws_loses_the_interval_and_not_the_answer()
    {
        var intervals = new ThrowingEstimator();
        var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var live = await new ForecastService(
            FixedServing.Of(Answers(new Forecast(7.1)), intervals, _clock),
            intervals,
            _prices,
            FixedServing.Settings,
            _clock,
            loggers.CreateLogger<ForecastService>()
        ).ForecastAsync(Budget, TestContext.Current.CancellationToken);
        var last = _prices.InMemory!.History.Newest!.Value.Cny;
        Assert.Equal(last, live.Forecast!.Price);
        Assert.Equal(last * 0.9995, live.Forecast.Interval!.Value.Lower, 12);
        Assert.Equal(last * 1.0005, live.Forecast.Interval.Value.Upper, 12);
        Assert.Contains("it threw InvalidOperationException", live.Reason, StringComparison.Ordinal);
        Assert.Equal(1, log.Count(2008));
    }

    [Fact]
    public async Task A_models_own_interval_is_kept()
    {
        var live = await AskAsync(Answers(new Forecast(7.1, new PredictionInterval(7.05, 7.2))));
        Assert.Equal(new PredictionInterval(7.05, 7.2), live.Forecast!.Interval);
    }

    [Fact]
    public async Task A_models_own_interval_is_calibrated_if_the_setting_says_so()
    {
        var model = Answers(new Forecast(7.1, new PredictionInterval(7.05, 7.2)));
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var live = await new ForecastService(
            FixedServing.Of(model, intervals, _clock, keepsOwn: false),
            intervals,
            _prices,
            FixedServing.Settings,
            _clock,
            NullLogger<ForecastService>.Instance
        ).ForecastAsync(Budget, TestContext.Current.CancellationToken);
        Assert.Equal(intervals.Estimate(7.1, Now, _prices.InMemory!.History, model), live.Forecast!.Interval);
    }

    [Fact]
    public async Task A_model_never_sees_a_price_from_after_the_clock()
    {
        var later = new PricePoint(Now.AddMinutes(20), 7.3);
        _prices.InMemory = _prices.InMemory! with { History = _prices.InMemory.History.Merge([later]) };
        PriceHistory? seen = null;
        await AskAsync(
            new OddModel(
                (_, history, _) =>
                {
                    seen = history;
                    return new(new Forecast(7.1));
                }
            )
        );
        Assert.True(seen!.Newest!.Value.Time <= Now);
    }

    public static TheoryData<string> Oddities =>
        [
            "throws",
            "throws later",
            "null",
            "too high",
            "too low",
            "below zero",
            "not a number",
            "upside down",
            "endless",
            "up to the sky",
            "not initialized",
            "throws when initialized",
            "more at once than the runtime gives",
        ];

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task Whatever_is_wrong_with_the_model_the_last_price_answers_with_the_reason(string oddity)
    {
        var live = await AskAsync(
            oddity switch
            {
                "throws" => new OddModel((_, _, _) => throw new InvalidOperationException("broken")),
                "throws later" => new OddModel(
                    async (_, _, _) =>
                    {
                        await Task.Yield();
                        throw new ArithmeticException("broken");
                    }
                ),
                "null" => Answers(null),
                "too high" => Answers(new Forecast(10.5)),
                "too low" => Answers(new Forecast(0.0001)),
                "below zero" => Answers(new Forecast(7.1, new PredictionInterval(-1, 8))),
                "up to the sky" => Answers(new Forecast(7.1, new PredictionInterval(7, 2e27))),
                "not a number" => new OddModel((_, _, _) => new(new Forecast(double.NaN))),
                "upside down" => new OddModel((_, _, _) => new(new Forecast(7.1, new PredictionInterval(7.2, 7.0)))),
                "endless" => new OddModel((_, _, _) => new(new Forecast(7.1, PredictionInterval.Around(7.1, double.PositiveInfinity)))),
                "more at once than the runtime gives" => new OddModel(
                    (_, _, _) => new(new Forecast(((double[,])Array.CreateInstance(typeof(double), int.MaxValue, 2))[0, 0]))
                ),
                "not initialized" => new OddModel((_, _, _) => new(new Forecast(7.1)), () => new(false)),
                _ => new OddModel((_, _, _) => new(new Forecast(7.1)), () => throw new FileNotFoundException("weights")),
            }
        );
        Assert.Equal("last-price@1", live.Model.ToString());
        Assert.Equal(_prices.InMemory!.History.Newest!.Value.Cny, live.Forecast!.Price);
        Assert.NotNull(live.Forecast.Interval);
        Assert.StartsWith("odd@1 gave no forecast: ", live.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_model_never_answers_the_last_price_answers_at_the_end_of_the_budget()
    {
        var asked = new TaskCompletionSource();
        var desk = await InitializedAsync(
            new OddModel(
                async (_, _, _) =>
                {
                    asked.SetResult();
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                    return null;
                }
            )
        );
        var asking = desk.ForecastAsync(Budget, TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(Budget - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("last-price@1", (await InTimeAsync(asking)).Model.ToString());
    }

    [Fact]
    public async Task A_model_that_never_yields_does_not_hold_the_answer()
    {
        using var release = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var desk = await InitializedAsync(
            new OddModel(
                (_, _, _) =>
                {
                    asked.SetResult();
                    // Not for ever, since a product that ran it inline would block the test.
                    release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
                    return new(new Forecast(7.1));
                }
            )
        );
        var asking = desk.ForecastAsync(Budget, TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(Budget);
        Assert.Equal("last-price@1", (await InTimeAsync(asking)).Model.ToString());
        release.Set();
    }

    [Fact]
    public async Task With_no_budget_left_the_last_price_answers_without_asking_the_model()
    {
        var live = await Desk(new OddModel((_, _, _) => throw new InvalidOperationException("must not be asked")))
            .ForecastAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal("last-price@1", live.Model.ToString());
        Assert.Contains("budget", live.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_storage_hangs_memory_answers_at_the_end_of_the_budget()
    {
        var hanging = new FixedPrices { InMemory = _prices.InMemory, Wait = new TaskCompletionSource().Task };
        var asking = Desk(Answers(new Forecast(7.1)), hanging).ForecastAsync(Budget, TestContext.Current.CancellationToken);
        _clock.Advance(Budget);
        Assert.NotNull((await InTimeAsync(asking)).Forecast);
    }

    [Fact]
    public async Task Without_a_price_the_result_is_a_reason_and_no_forecast()
    {
        _prices.InMemory = null;
        var live = await AskAsync(Answers(new Forecast(7.1)));
        Assert.Null(live.Forecast);
        Assert.Equal("no price is known yet", live.Reason);
    }

    [Fact]
    public async Task With_prices_older_than_a_day_the_result_is_a_reason_and_no_forecast()
    {
        _clock.SetUtcNow(_prices.InMemory!.History.Newest!.Value.Time.AddHours(24));
        Assert.NotNull((await AskAsync(Answers(new Forecast(7.1)))).Forecast);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var live = await AskAsync(Answers(new Forecast(7.1)));
        Assert.Null(live.Forecast);
        Assert.Contains("hours old", live.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task Challenges_of_one_second_share_the_forecast_of_a_deterministic_model(bool isDeterministic, int runs)
    {
        var made = 0;
        var desk = Desk(Counted(isDeterministic));
        for (var i = 0; i < 3; i++)
        {
            var live = await desk.ForecastAsync(Budget, TestContext.Current.CancellationToken);
            Assert.Equal(
                (isDeterministic ? 7.101 : Math.Round(7.1 + (i + 1) * 0.001, 6), _clock.GetUtcNow()),
                (Math.Round(live.Forecast!.Price, 6), live.MadeAt)
            );
            Assert.Equal((null, ForecastRole.Active), (live.Reason, live.Role));
            Assert.NotNull(live.LastPrice);
            _clock.Advance(TimeSpan.FromMilliseconds(300));
        }

        Assert.Equal(runs, made);

        OddModel Counted(bool deterministic) =>
            new((_, _, _) => new(new Forecast(7.1 + ++made * 0.001))) { IsDeterministic = deterministic };
    }

    [Fact]
    public async Task Another_second_other_prices_and_another_model_have_their_own_forecast()
    {
        var made = 0;
        var (first, second) = (Counted("first"), Counted("second"));
        var serving = FixedServing.Of(first, _clock);
        var desk = Desk(serving);
        Assert.Equal(1, await MadeAsync());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await MadeAsync());
        _prices.InMemory = _prices.InMemory! with { History = _prices.InMemory.History };
        Assert.Equal(3, await MadeAsync());
        serving.Current = FixedServing.Of(second, _clock).Current;
        Assert.Equal(4, await MadeAsync());
        Assert.Equal(4, await MadeAsync());

        async Task<int> MadeAsync()
        {
            await desk.ForecastAsync(Budget, TestContext.Current.CancellationToken);
            return made;
        }

        OddModel Counted(string name) => new((_, _, _) => new(new Forecast(7.1 + ++made * 0.001)), name: name) { IsDeterministic = true };
    }

    [Fact]
    public async Task While_the_miner_stops_the_last_price_answers_for_a_model_that_was_cleaned_up()
    {
        var serving = FixedServing.Of(new OddModel((_, _, _) => new(new Forecast(7.2)), name: "stopped"), _clock);
        var desk = Desk(serving);
        serving.Current.Model.Retire();

        var live = await Task.Run(() => desk.ForecastAsync(Budget, TestContext.Current.CancellationToken))
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(
            ("last-price@1", "stopped@1 gave no forecast: it was cleaned up because the miner stops"),
            (live.Model.ToString(), live.Reason)
        );
        Assert.NotNull(live.Forecast);
    }

    [Fact]
    public async Task A_model_that_was_replaced_and_cleaned_up_since_it_was_read_leaves_the_answer_to_the_newer_one()
    {
        var serving = FixedServing.Of(Answers(new Forecast(7.1)), _clock);
        serving.Replaced = FixedServing.Of(new OddModel((_, _, _) => new(new Forecast(7.2)), name: "replaced"), _clock).Current;
        serving.Replaced.Model.Retire();
        var desk = Desk(serving);

        var live = await Task.Run(() => desk.ForecastAsync(Budget, TestContext.Current.CancellationToken))
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(("odd@1", ForecastRole.Active, 7.1), (live.Model.ToString(), live.Role, live.Forecast!.Price));
    }

    [Fact]
    public async Task A_failure_within_less_than_the_models_share_of_the_budget_is_no_problem_of_the_model()
    {
        var desk = Desk(new OddModel((_, _, _) => throw new InvalidOperationException("broken")));

        // The share is 600 of the 800 ms.
        var live = await desk.ForecastAsync(TimeSpan.FromMilliseconds(599), TestContext.Current.CancellationToken);
        Assert.StartsWith("odd@1 gave no forecast: it threw InvalidOperationException: broken", live.Reason, StringComparison.Ordinal);
        Assert.Null(desk.LastProblem);

        await desk.ForecastAsync(TimeSpan.FromMilliseconds(600), TestContext.Current.CancellationToken);
        Assert.StartsWith("odd@1 gave no forecast: it threw InvalidOperationException: broken", desk.LastProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_not_shared()
    {
        var made = 0;
        var desk = Desk(
            new OddModel((_, _, _) => ++made == 1 ? throw new InvalidOperationException() : new(new Forecast(7.1)))
            {
                IsDeterministic = true,
            }
        );
        Assert.Equal(ForecastRole.Fallback, (await desk.ForecastAsync(Budget, TestContext.Current.CancellationToken)).Role);
        Assert.Equal(ForecastRole.Active, (await desk.ForecastAsync(Budget, TestContext.Current.CancellationToken)).Role);
    }

    [Fact]
    public async Task A_caller_that_disconnects_cancels_the_forecast()
    {
        using var gone = new CancellationTokenSource();
        var asking = Desk(
                new OddModel(
                    async (_, _, ct) =>
                    {
                        await gone.CancelAsync();
                        await Task.Delay(Timeout.Infinite, ct);
                        return null;
                    }
                )
            )
            .ForecastAsync(Budget, gone.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => InTimeAsync(asking));
    }

    private static OddModel Answers(Forecast? forecast) => new((_, _, _) => new(forecast));

    private Task<LiveForecast> AskAsync(IPredictionModel model) => Desk(model).ForecastAsync(Budget, TestContext.Current.CancellationToken);

    /// <summary>
    /// With a model that is initialized: the wait for its answer has begun on the clock when <see cref="ForecastService.ForecastAsync"/>
    /// returns.
    /// </summary>
    private async Task<ForecastService> InitializedAsync(IPredictionModel model)
    {
        var serving = FixedServing.Of(model, _clock);
        await serving.Current.Model.InitializeAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        return Desk(serving);
    }

    private static Task<LiveForecast> InTimeAsync(Task<LiveForecast> asking) =>
        asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

    private ForecastService Desk(IPredictionModel model, IPrices? prices = null) => Desk(FixedServing.Of(model, _clock), prices);

    private ForecastService Desk(FixedServing serving, IPrices? prices = null) =>
        new(
            serving,
            new ResidualIntervalEstimator(0.9),
            prices ?? _prices,
            FixedServing.Settings,
            _clock,
            NullLogger<ForecastService>.Instance
        );

    private sealed class ThrowingEstimator : IIntervalEstimator
    {
        public PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model) =>
            throw new InvalidOperationException();
    }
}
