using System.Diagnostics;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class GuardedModelTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);
    private static readonly PriceHistory History = FixedPrices.Until(Now).InMemory!.History;

    private readonly FakeTimeProvider _clock = new(Now);

    [Fact]
    public async Task A_model_that_fails_three_times_in_a_row_does_not_run_for_ten_minutes_and_is_then_tried_once()
    {
        var (asked, works) = (0, false);
        var served = Served(
            new OddModel(
                (_, _, _) =>
                {
                    asked++;
                    return works ? new(new Forecast(7.1)) : throw new InvalidOperationException("broken");
                }
            )
        );
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await AskAsync(served))!.Forecast);
        }

        Assert.Equal(3, asked);
        Assert.StartsWith(
            "it failed 3 times in a row and runs again at 04:13:00 UTC; the last time it threw InvalidOperationException: broken "
                + "(GuardedModelTests.cs:",
            (await AskAsync(served))!.Problem,
            StringComparison.Ordinal
        );

        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.Null((await AskAsync(served))!.Forecast);
        Assert.Equal(4, asked);

        works = true;
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.NotNull((await AskAsync(served))!.Forecast);
        Assert.NotNull((await AskAsync(served))!.Forecast);
        Assert.Null(served.CircuitOpenUntil);
    }

    [Fact]
    public async Task Each_state_change_of_the_circuit_breaker_is_counted()
    {
        using var heard = new HeardMetrics();
        Func<Forecast?> answer = () => throw new InvalidOperationException("broken");
        var served = FixedServing.Served(new OddModel((_, _, _) => new(answer())), _clock, heard.Metrics);
        for (var i = 0; i < 5; i++)
        {
            await AskAsync(served);
        }

        Assert.Equal(["open"], States());

        // A trial that fails, one that says nothing about the model, and a good one.
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        await AskAsync(served);
        Assert.Equal(["open", "half_open", "open"], States());
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        answer = () => null;
        await AskAsync(served);
        Assert.Equal(["open", "half_open", "open", "half_open", "open"], States());
        answer = () => new Forecast(7.1);
        await AskAsync(served);
        await AskAsync(served);
        Assert.Equal(["open", "half_open", "open", "half_open", "open", "half_open", "closed"], States());

        IEnumerable<string> States() =>
            heard.Measurements.Select(measured => measured.Key.Split(" bittbridge.model=odd@1 bittbridge.circuit.state=")[1]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("not initialized")]
    public async Task Implausible_forecasts_and_a_failed_start_are_failures(string how)
    {
        var served = Served(
            how == "nonsense"
                ? new OddModel((_, _, _) => new(new Forecast(71)))
                : new OddModel((_, _, _) => new(new Forecast(7.1)), () => new(false))
        );
        for (var i = 0; i < ModelCircuitBreaker.MaxFailures; i++)
        {
            await AskAsync(served);
        }

        Assert.NotNull(served.CircuitOpenUntil);
    }

    [Fact]
    public async Task No_forecast_is_not_a_failure()
    {
        var served = Served(new OddModel((_, _, _) => new((Forecast?)null)));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("it has no answer from 300 prices", (await AskAsync(served))!.Problem);
        }
    }

    [Fact]
    public async Task A_caller_that_disconnects_is_not_a_failure()
    {
        var (begun, ended) = (0, 0);
        var served = Served(
            new OddModel(
                async (_, _, ct) =>
                {
                    Interlocked.Increment(ref begun);
                    try
                    {
                        await Task.Delay(Timeout.Infinite, ct);
                    }
                    finally
                    {
                        Interlocked.Increment(ref ended);
                    }

                    return null;
                }
            )
        );
        for (var i = 1; i <= 2 * ModelCircuitBreaker.MaxFailures; i++)
        {
            using var gone = new CancellationTokenSource();
            var asking = served.ForecastAsync(Forecaster(served), Now, History, ModelTime.Of(Budget, Budget), gone.Token);
            await Polling.UntilAsync(() => Volatile.Read(ref begun) == i);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => InTimeAsync(asking));
            await Polling.UntilAsync(() => Volatile.Read(ref ended) == i);
        }

        Assert.Null(served.CircuitOpenUntil);
    }

    /// <summary>The pool grows by at most two threads a second, so 64 blocked ones would hold up the answers of all callers.</summary>
    [Theory]
    [InlineData("before any await")]
    [InlineData("after an await")]
    [InlineData("in an ensemble, after a member that awaits")]
    [InlineData("in the replay of its past, after an await")]
    public async Task Runs_that_block_before_or_after_an_await_block_no_thread_that_requests_share(string where)
    {
        using var release = new ManualResetEventSlim();
        var (begun, inPool) = (0, 0);
        var awaits = new OddModel(
            async (_, _, _) =>
            {
                // The timer completes it on a thread of the pool.
                await Task.Delay(1, CancellationToken.None);
                return new Forecast(7.1);
            },
            name: "awaits"
        );
        var blocks = new OddModel(
            (_, _, _) =>
            {
                Block();
                return new(new Forecast(7.1));
            },
            name: "blocks"
        );
        IPredictionModel model = where switch
        {
            "before any await" => blocks,
            "after an await" => new OddModel(
                async (timestamp, history, ct) =>
                {
                    await awaits.PredictAsync(timestamp, history, ct);
                    return await blocks.PredictAsync(timestamp, history, ct);
                }
            ),
            "in an ensemble, after a member that awaits" => EnsembleModel.Of(new("both", "1"), awaits, blocks),
            _ => new ReplayableModel(awaits, Block),
        };
        var served = Served(model);
        await InitializedAsync(served);

        var started = Stopwatch.GetTimestamp();
        var asking = Enumerable.Range(0, 64).Select(_ => AskAsync(served)).ToList();
        await Polling.UntilAsync(() => Volatile.Read(ref begun) == 64);
        await Task.Run(() => { }, TestContext.Current.CancellationToken);
        _clock.Advance(Budget);
        foreach (var asked in asking)
        {
            Assert.Null((await InTimeAsync(asked))!.Forecast);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        release.Set();

        Assert.Equal(0, inPool);
        // On two processors, the pool would take half a minute to grow by 62 threads.
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(25));

        void Block()
        {
            Interlocked.Add(ref inPool, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
            Interlocked.Increment(ref begun);
            release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Initialization_and_cleanup_run_on_no_thread_that_requests_share()
    {
        var cleanedInPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = Served(
            new OddModel((_, _, _) => default, () => new(!Thread.CurrentThread.IsThreadPoolThread))
            {
                Cleanup = () =>
                {
                    cleanedInPool.SetResult(Thread.CurrentThread.IsThreadPoolThread);
                    return default;
                },
            }
        );

        Assert.Null(await InitializedAsync(served));
        served.Retire();

        Assert.False(await cleanedInPool.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken));
    }

    /// <remarks>A model that starts thousands of tasks must not start thousands of threads.</remarks>
    [Fact]
    public async Task Tasks_that_a_model_starts_run_on_the_thread_pool()
    {
        var inPool = new List<bool>();
        var served = Served(
            new OddModel(
                async (_, _, ct) =>
                {
#pragma warning disable CA2008
                    inPool.Add(await Task.Factory.StartNew(() => Thread.CurrentThread.IsThreadPoolThread, ct));
                    inPool.Add(await Task.CompletedTask.ContinueWith(_ => Thread.CurrentThread.IsThreadPoolThread, ct));
#pragma warning restore CA2008
                    inPool.Add(Thread.CurrentThread.IsThreadPoolThread);
                    return new Forecast(7.1);
                }
            )
        );
        await InitializedAsync(served);

        Assert.NotNull((await AskAsync(served))?.Forecast);
        Assert.Equal([true, true, false], inPool);
    }

    [Fact]
    public async Task Runs_that_never_end_do_not_pile_up()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var served = Served(
            new OddModel(
                async (_, _, _) =>
                {
                    Interlocked.Increment(ref begun);
                    await release.Task;
                    return new Forecast(7.1);
                }
            )
        );
        await InitializedAsync(served);
        for (var i = 0; i < 4 * GuardedModel.MaxHungRuns; i++)
        {
            var before = Volatile.Read(ref begun);
            var asking = AskAsync(served);
            if (i < GuardedModel.MaxHungRuns)
            {
                await Polling.UntilAsync(() => Volatile.Read(ref begun) > before);
            }

            _clock.Advance(Budget);
            Assert.Null((await InTimeAsync(asking))!.Forecast);
            // Past its rest each time, so that it is not the streak that keeps it from being asked.
            _clock.Advance(ModelCircuitBreaker.BreakDuration);
        }

        Assert.Equal(GuardedModel.MaxHungRuns, begun);
        Assert.Equal("4 earlier runs of it have not ended yet", (await AskAsync(served))!.Problem);

        release.SetResult();
        await Polling.UntilAsync(async () => await InTimeAsync(AskAsync(served)) is { Forecast: not null });
    }

    [Fact]
    public async Task A_model_that_takes_too_long_is_canceled()
    {
        var (begun, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        var served = Served(
            new OddModel(
                async (_, _, ct) =>
                {
                    ct.Register(told.SetResult);
                    begun.SetResult();
                    await told.Task;
                    return null;
                }
            )
        );
        await InitializedAsync(served);
        var asking = AskAsync(served);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(Budget);
        Assert.Equal("it took longer than the 800 ms that were left", (await InTimeAsync(asking))!.Problem);
        await told.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_replaced_model_finishes_its_runs_and_is_then_cleaned_up_once()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var model = new OddModel(
            async (_, _, _) =>
            {
                begun.SetResult();
                await go.Task;
                return new Forecast(7.1);
            }
        );
        var served = Served(model);
        var asking = AskAsync(served);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        served.Retire();
        served.Retire();
        Assert.Equal(0, model.Cleanups);

        go.SetResult();
        Assert.Equal(7.1, (await InTimeAsync(asking))!.Forecast!.Price);
        await Polling.UntilAsync(() => model.Cleanups == 1);
        Assert.Null(await AskAsync(served));
        Assert.Equal(1, model.Cleanups);
    }

    [Fact]
    public async Task A_built_in_model_still_answers_after_it_was_replaced()
    {
        var model = new OddModel((_, _, _) => new(new Forecast(7.1)));
        var served = new GuardedModel(
            model,
            isRegistered: true,
            UnheardMetrics.New(),
            _clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        );
        served.Retire();
        Assert.NotNull((await AskAsync(served))!.Forecast);
        Assert.Equal(0, model.Cleanups);
    }

    [Fact]
    public async Task A_run_that_its_caller_cut_short_is_neither_a_failure_nor_hung()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var served = Served(
            new OddModel(
                async (_, _, _) =>
                {
                    Interlocked.Increment(ref begun);
                    await release.Task;
                    return new Forecast(7.1);
                }
            )
        );
        await InitializedAsync(served);
        var little = 0.4 * Budget;
        var many = Enumerable
            .Range(0, 2 * GuardedModel.MaxHungRuns)
            .Select(_ =>
                served.ForecastAsync(Forecaster(served), Now, History, ModelTime.Of(little, Budget), TestContext.Current.CancellationToken)
            )
            .ToList();
        await Polling.UntilAsync(() => Volatile.Read(ref begun) == many.Count);
        _clock.Advance(little);
        foreach (var asking in many)
        {
            Assert.Equal("it took longer than the 320 ms that were left", (await InTimeAsync(asking))!.Problem);
        }

        Assert.Null(served.CircuitOpenUntil);
        var whole = AskAsync(served);
        await Polling.UntilAsync(() => Volatile.Read(ref begun) == many.Count + 1);
        release.SetResult();
        Assert.NotNull((await InTimeAsync(whole))!.Forecast);
    }

    [Fact]
    public async Task A_run_with_hardly_any_time_does_not_start_and_does_not_use_up_the_trial()
    {
        var (asked, works) = (0, false);
        var served = Served(
            new OddModel(
                (_, _, _) =>
                {
                    asked++;
                    return works ? new(new Forecast(7.1)) : throw new InvalidOperationException("broken");
                }
            )
        );
        for (var i = 0; i < ModelCircuitBreaker.MaxFailures; i++)
        {
            await AskAsync(served);
        }

        works = true;
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.Null(
            (
                await served.ForecastAsync(
                    Forecaster(served),
                    Now,
                    History,
                    ModelTime.Of(TimeSpan.FromMilliseconds(5), Budget),
                    TestContext.Current.CancellationToken
                )
            )!.Forecast
        );
        Assert.Null(
            (
                await served.ForecastAsync(
                    Forecaster(served),
                    Now,
                    History,
                    ModelTime.Of(0.5 * Budget, Budget),
                    TestContext.Current.CancellationToken
                )
            )!.Forecast
        );
        Assert.Equal(ModelCircuitBreaker.MaxFailures, asked);
        Assert.NotNull((await AskAsync(served))!.Forecast);
    }

    [Fact]
    public async Task A_model_that_still_initializes_is_not_run_and_has_not_failed()
    {
        var go = new TaskCompletionSource<bool>();
        var served = Served(new OddModel((_, _, _) => new(new Forecast(7.1)), () => new(go.Task)));
        for (var i = 0; i < 2 * ModelCircuitBreaker.MaxFailures; i++)
        {
            var asking = AskAsync(served);
            _clock.Advance(Budget);
            Assert.Equal("it is still being initialized", (await InTimeAsync(asking))!.Problem);
        }

        go.SetResult(true);
        await InitializedAsync(served);
        Assert.NotNull((await AskAsync(served))!.Forecast);
    }

    [Fact]
    public async Task A_model_that_is_not_initialized_within_thirty_seconds_fails_at_once_until_it_is()
    {
        var go = new TaskCompletionSource<bool>();
        var served = Served(new OddModel((_, _, _) => new(new Forecast(7.1)), () => new(go.Task)));
        var initializing = InitializedAsync(served);
        _clock.Advance(TimeSpan.FromSeconds(30) - Budget);
        var waiting = AskAsync(served);
        _clock.Advance(Budget);
        Assert.Equal("it is still being initialized", (await InTimeAsync(waiting))!.Problem);

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(served.CircuitOpenUntil);
            Assert.Equal("it was not initialized within 30 s", await ProblemAtOnceAsync());
        }

        Assert.Equal(
            "it failed 3 times in a row and runs again at 04:13:30 UTC; the last time it was not initialized within 30 s",
            await ProblemAtOnceAsync()
        );
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("it was not initialized within 30 s", await ProblemAtOnceAsync());
        Assert.Equal(Now.AddMinutes(20.5), served.CircuitOpenUntil);

        go.SetResult(true);
        Assert.Null(await initializing);
        Assert.Equal(7.1, (await InTimeAsync(AskAsync(served)))!.Forecast!.Price);
        Assert.Null(served.CircuitOpenUntil);

        async Task<string> ProblemAtOnceAsync()
        {
            var asking = AskAsync(served);
            Assert.True(asking.IsCompleted);
            return (await asking)!.Problem;
        }
    }

    /// <remarks>As an HTTP client does whose own time limit ends, long before the model's time is over.</remarks>
    [Fact]
    public async Task A_model_that_cancels_itself_is_reported_as_a_model_that_threw()
    {
        var served = Served(new OddModel((_, _, _) => throw new TaskCanceledException("the API did not answer in 100 ms")));

        Assert.StartsWith(
            "it threw TaskCanceledException: the API did not answer in 100 ms",
            (await AskAsync(served))!.Problem,
            StringComparison.Ordinal
        );
    }

    private static Forecaster Forecaster(GuardedModel served) => served.With(FixedServing.Forecasters);

    private static Task<ModelAnswer?> AskAsync(GuardedModel served) =>
        served.ForecastAsync(Forecaster(served), Now, History, ModelTime.Of(Budget, Budget), TestContext.Current.CancellationToken);

    /// <summary>Once it is initialized, the wait for an answer has begun on the clock when <see cref="AskAsync"/> returns.</summary>
    private static Task<string?> InitializedAsync(GuardedModel served) =>
        served.InitializeAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

    private static Task<ModelAnswer?> InTimeAsync(Task<ModelAnswer?> asking) =>
        asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

    private GuardedModel Served(IPredictionModel model) => FixedServing.Served(model, _clock);

    /// <summary>The estimator of its intervals replays it.</summary>
    private sealed class ReplayableModel(IPredictionModel model, Action replay) : IPredictionModel, IPastForecasts
    {
        public ModelId Id => model.Id;

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            model.PredictAsync(timestamp, history, ct);

        public void Replay(PriceHistory history, Span<double> forecasts) => replay();
    }
}
