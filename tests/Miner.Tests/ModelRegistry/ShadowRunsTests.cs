using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ShadowRunsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);
    private readonly RememberedForecasts _log = new();

    [Fact]
    public async Task A_shadow_forecasts_from_the_prices_and_for_the_hour_of_the_answer_and_is_recorded_under_its_own_name()
    {
        var live = Answered();
        PriceHistory? seen = null;
        DateTimeOffset? asked = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(
            Shadows(
                new OddModel(
                    (at, history, _) =>
                    {
                        (asked, seen) = (at, history);
                        return new(new Forecast(7.2));
                    },
                    version: "3"
                )
            ),
            live
        );
        var record = Assert.Single(_log.Records);
        Assert.Equal(
            ("odd@3", 7.2, ForecastRecord.Shadow, Now),
            (record.Model.ToString(), record.Forecast.Price, record.Caller, record.MadeAt)
        );
        Assert.NotNull(record.Forecast.Interval);
        Assert.Equal(live.History!.Points(), seen!.Points());
        Assert.Equal(Now, asked);
    }

    [Fact]
    public async Task It_runs_once_per_slot_however_many_callers_there_are()
    {
        var shadows = Shadows(new OddModel((_, _, _) => new(new Forecast(7.1))));
        await RunAsync(shadows, Answered());
        await RunAsync(shadows, Answered());
        Assert.Single(_log.Records);
        _clock.Advance(PriceSlot.Step);
        await RunAsync(shadows, Answered());
        Assert.Equal(2, _log.Records.Count);
    }

    /// <summary>
    /// The second answer comes at one of the first one's reads of the model's id. The third read is between the check of the slot and its
    /// note.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task It_runs_once_per_slot_for_answers_of_the_same_moment(int read)
    {
        var (model, live) = (new InterruptedModel(), Answered());
        var shadows = Shadows(model);
        var second = new SecondThread<Task>(read, () => shadows.RunAsync(live));
        model.ReadingId = second.Pass;

        var first = shadows.RunAsync(live);

        await InTimeAsync(Task.WhenAll(first, await second.ResultAsync()));
        Assert.Single(_log.Records);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("nonsense")]
    [InlineData("null")]
    public async Task A_shadow_that_fails_is_not_recorded_and_the_others_are(string how)
    {
        await RunAsync(
            Shadows(
                new OddModel(
                    (_, _, _) =>
                        how == "throws" ? throw new InvalidOperationException("broken") : new(how == "null" ? null : new Forecast(71))
                ),
                new OddModel((_, _, _) => new(new Forecast(7.1)), name: "sound")
            ),
            Answered()
        );
        Assert.Equal("sound@1", Assert.Single(_log.Records).Model.ToString());
    }

    [Fact]
    public async Task A_shadow_that_hangs_holds_the_invocation_for_the_budget_and_no_longer()
    {
        var begun = new TaskCompletionSource();
        var serving = ActiveModel(
            new OddModel(
                async (_, _, _) =>
                {
                    begun.SetResult();
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                    return null;
                }
            )
        );

        // Once the shadow is initialized, the wait for its forecast has begun on the clock when the call returns.
        await serving.Current.Shadows[0].Model.InitializeAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        var running = Shadows(serving).RunAsync(Answered());
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMilliseconds(799));
        Assert.False(running.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await InTimeAsync(running);
        Assert.Empty(_log.Records);
    }

    [Fact]
    public async Task The_active_model_is_not_its_own_shadow_and_without_a_forecast_no_shadow_runs()
    {
        var shadows = Shadows(new OddModel((_, _, _) => new(new Forecast(7.1)), name: "last-price"));
        await RunAsync(shadows, Answered());
        await RunAsync(shadows, Answered() with { Forecast = null, History = null });
        Assert.Empty(_log.Records);
    }

    [Fact]
    public async Task A_record_that_cannot_be_stored_is_logged()
    {
        var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var gone = new MinerTables(new(StorageEmulator.Unreachable()));
        await RunAsync(
            new(
                ActiveModel(new OddModel((_, _, _) => new(new Forecast(7.1)))),
                Recording(new TableForecastLog(gone, _clock, loggers.CreateLogger<TableForecastLog>())),
                Settings,
                _clock,
                NullLogger<ShadowRuns>.Instance
            ),
            Answered()
        );
        var (id, text) = Assert.Single(log.Lines);
        Assert.Equal(2003, id);
        Assert.Contains("storage is out of reach", text, StringComparison.Ordinal);
    }

    private static MinerSettings Settings => new() { Storage = new("UseDevelopmentStorage=true") };

    private static Task RunAsync(ShadowRuns shadows, LiveForecast answered) => InTimeAsync(shadows.RunAsync(answered));

    private static Task InTimeAsync(Task running) => running.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

    private ShadowRuns Shadows(params IPredictionModel[] models) => Shadows(ActiveModel(models));

    private ShadowRuns Shadows(FixedServing serving) => new(serving, Recording(_log), Settings, _clock, NullLogger<ShadowRuns>.Instance);

    private ForecastRecording Recording(IForecastLog log) =>
        new(log, new(_clock, NullLogger<PendingWork>.Instance), _clock, NullLogger<ForecastRecording>.Instance);

    private FixedServing ActiveModel(params IPredictionModel[] models)
    {
        var serving = FixedServing.Of(new LastPriceModel(), _clock);
        serving.Current = serving.Current with
        {
            Shadows =
            [
                .. models
                    .Select(model => FixedServing.Served(model, _clock))
                    .Select(served => new Shadow(served, served.With(FixedServing.Forecasters))),
            ],
        };
        return serving;
    }

    private LiveForecast Answered()
    {
        var snapshot = FixedPrices.Until(Now).InMemory!;
        return new(new Forecast(7.1), new("last-price", "1"), _clock.GetUtcNow(), snapshot.Series, snapshot.Source, null)
        {
            History = snapshot.History,
        };
    }

    /// <summary>A model with which a test comes between the reads of its id.</summary>
    private sealed class InterruptedModel : IPredictionModel
    {
        private readonly ModelId _id = new("interrupted", "1");

        /// <summary>What happens before each read of the id.</summary>
        public Action ReadingId { get; set; } = () => { };

        public ModelId Id
        {
            get
            {
                ReadingId();
                return _id;
            }
        }

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new(new Forecast(7.1));
    }
}
