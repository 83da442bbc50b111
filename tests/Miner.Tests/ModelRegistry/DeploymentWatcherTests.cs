using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class DeploymentWatcherTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero));
    private readonly StorageSettings _storage;
    private readonly MinerBlobs _blobs;
    private readonly ModelVersionStore _store;
    private readonly DeploymentTable _table;

    public DeploymentWatcherTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _blobs = new(_storage);
        _store = new(_blobs, _clock);
        _table = new(new(_storage), _clock);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_anything_was_activated_the_setting_decides()
    {
        var miner = Miner("moving-average");
        await miner.RefreshAsync();
        Assert.Equal("moving-average@1", miner.InService);
        Assert.Null(miner.Follower.Problem);
    }

    [Fact]
    public async Task Two_instances_follow_an_activation_and_a_rollback_without_a_restart()
    {
        await PushAsync(Linear("mine@1", 0.001), Linear("mine@2", 0.002));
        var (one, other) = (Miner(), Miner());
        await BothAsync("exponential-smoothing@1");

        await ActivateAsync("mine@1");
        await BothAsync("mine@1");
        await ActivateAsync("mine@2");
        await BothAsync("mine@2");
        var live = await other.AskAsync();
        Assert.Equal("mine@2", live.Model.ToString());
        Assert.Equal(live.History!.Newest!.Value.Cny + 0.002, live.Forecast!.Price, 1e-12);

        await _table.ChangeAsync(choice => choice.RollBack(), Ct);
        await BothAsync("mine@1");
        await _table.ChangeAsync(choice => choice.RollBack(), Ct);
        await BothAsync("exponential-smoothing@1");

        async Task BothAsync(string expected)
        {
            // One look is enough, and there is one every ten seconds.
            _clock.Advance(DeploymentWatcher.RefreshInterval);
            await Task.WhenAll(one.Follower.RefreshIfDue(), other.Follower.RefreshIfDue()).WaitAsync(Ct);
            Assert.Equal([expected, expected], [one.InService, other.InService]);
        }
    }

    [Fact]
    public async Task A_deployment_that_could_not_be_applied_is_reported_and_applied_again_later()
    {
        var works = false;
        var odd = new OddModel((_, _, _) => new(new Forecast(7.1)));
        var miner = Miner(more: new OddLoader(_ => PackageContent.Of(works ? odd : new NamelessModel())));
        await miner.RefreshAsync();
        await PushAsync(Of("odd@1", "odd", "1"));
        await _table.ChangeAsync(choice => choice.Activate(new(Id("odd@1"), null)).AddShadow(Id("last-price@1")), Ct);
        await miner.RefreshAsync();
        Assert.StartsWith(
            "The deployment could not be applied: NotSupportedException: no name",
            miner.Follower.Problem,
            StringComparison.Ordinal
        );

        works = true;
        await miner.RefreshAsync(DeploymentWatcher.RefusalRetryInterval);

        Assert.Equal(("odd@1 (shadows: last-price@1)", null), (miner.InService, miner.Follower.Problem));
    }

    [Fact]
    public async Task A_request_does_not_wait_for_a_refresh_after_the_first()
    {
        var miner = Miner();
        await miner.RefreshAsync();
        await ActivateAsync("last-price@1");
        _clock.Advance(DeploymentWatcher.RefreshInterval);
        var asking = miner.Follower.CurrentAsync(Budget, Ct);
        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal("exponential-smoothing@1", (await asking).ToString());
        await miner.Follower.RefreshIfDue().WaitAsync(Ct);
        Assert.Equal("last-price@1", miner.InService);
    }

    [Fact]
    public async Task The_activated_version_answers_the_first_request_of_a_cold_instance()
    {
        await PushAsync(Linear("mine@1"));
        await ActivateAsync("mine@1");
        Assert.Equal("mine@1", (await Miner().AskAsync()).Model.ToString());
    }

    [Fact]
    public async Task The_first_request_waits_no_longer_than_its_limit()
    {
        await using var silent = new SilentStorage();
        var miner = new FollowingMiner(silent.Settings, _clock);
        var asking = miner.Follower.CurrentAsync(Budget, Ct).AsTask();
        await silent.FirstCame.WaitAsync(Ct);
        Assert.False(asking.IsCompleted);
        _clock.Advance(Budget);
        Assert.Equal("exponential-smoothing@1", (await asking.WaitAsync(Ct)).ToString());
    }

    [Fact]
    public async Task The_first_request_of_a_cold_instance_leaves_the_model_half_of_its_budget()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        var miner = new FollowingMiner(silent.Settings, clock);

        var asking = miner.AskAsync();
        await clock.WaitBeginsAsync(TimeSpan.FromMilliseconds(400));
        clock.Advance(TimeSpan.FromMilliseconds(400));

        var live = await asking.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(("exponential-smoothing@1", null), (live.Model.ToString(), live.Reason));
    }

    [Fact]
    public async Task An_invocation_waits_two_seconds_for_a_refresh_and_then_a_quarter_of_a_second_until_the_row_is_read_again()
    {
        using var release = new ManualResetEventSlim();
        var clock = new WatchedClock();
        var miner = new FollowingMiner(
            _storage,
            clock,
            more: new OddLoader(_ =>
            {
                release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
                return PackageContent.Of(new OddModel((_, _, _) => new(new Forecast(7.1))));
            })
        );
        await miner.RefreshAsync();
        Assert.NotNull(await new ModelVersionStore(_blobs, clock).PushAsync(Of("odd@1", "odd", "1"), "odd", Ct));
        await new DeploymentTable(new(_storage), clock).ChangeAsync(choice => choice.Activate(new(Id("odd@1"), null)), Ct);

        // The refresh waits for the version, for five seconds.
        var refreshing = await BeginAsync();
        await AssertWaitsAsync(TimeSpan.FromSeconds(2));
        await AssertWaitsAsync(TimeSpan.FromSeconds(0.25));
        clock.Advance(TimeSpan.FromSeconds(2.75));
        await refreshing.WaitAsync(TimeSpan.FromMinutes(3), Ct);

        // The next one can't read the row, and waits for the version again.
        await DamageAsync();
        refreshing = await BeginAsync();
        await AssertWaitsAsync(TimeSpan.FromSeconds(0.25));
        release.Set();
        await refreshing.WaitAsync(TimeSpan.FromMinutes(3), Ct);

        async Task<Task> BeginAsync()
        {
            clock.Advance(DeploymentWatcher.RefreshInterval);
            var refresh = miner.Follower.RefreshIfDue();
            await clock.WaitBeginsAsync(TimeSpan.FromSeconds(5));
            return refresh;
        }

        async Task AssertWaitsAsync(TimeSpan wait)
        {
            var settling = miner.Follower.SettleAsync(TimeSpan.FromSeconds(2));
            clock.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.False(settling.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await settling.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        }
    }

    [Fact]
    public async Task The_table_wins_over_a_setting_with_a_version_and_a_pin_wins_over_the_table()
    {
        await PushAsync(Linear("mine@1"), Linear("mine@2"), CalibrationOf("wide@1"));
        await ActivateAsync("mine@2", "wide@1");
        await InServiceAsync("mine@2 with the calibration wide@1", Miner("mine@1"));
        await InServiceAsync("mine@1", Miner("mine@1!"));
        await InServiceAsync("last-price@1", Miner("last-price@1!"));
        await InServiceAsync("mine@2 with the calibration wide@1", Miner("last-price@1"));
    }

    [Fact]
    public async Task A_setting_can_name_a_version_from_storage_before_anything_was_activated()
    {
        await PushAsync(Linear("mine@1"));
        await InServiceAsync("mine@1", Miner("mine@1"));
        var miner = Miner("mine@7");
        await InServiceAsync(MinerSettings.DefaultModel + "@1", miner);
        Assert.StartsWith("mine@7 was refused. There is no model mine@7", miner.Follower.Problem, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Bad =>
        new()
        {
            { "missing", "There is no model bad@1" },
            { "tampered with", "not the one that was pushed" },
            { "no JSON", "The file bad@1/linear.json can't be used" },
            { "another's version", "say that the model is bad@2" },
            { "unknown kind", "The files of bad@1 (weights.bin)" },
            { "throws when loaded", "It threw InvalidDataException while it was loaded" },
            { "not initialized", "could not be initialized" },
            { "throws when initialized", "could not be initialized" },
            { "a calibration", "it is a calibration, not a model" },
        };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task An_unusable_version_is_refused_and_the_last_good_one_stays_active(string what, string word)
    {
        await PushAsync(Linear("good@1"));
        await ActivateAsync("good@1");
        var failing = new OddModel(
            (_, _, _) => new(new Forecast(7.1)),
            () => what == "not initialized" ? new(false) : throw new FileNotFoundException("weights"),
            "bad"
        );
        var miner = Miner(
            more: new OddLoader(_ => what == "throws when loaded" ? throw new InvalidDataException("weights") : PackageContent.Of(failing))
        );
        await miner.RefreshAsync();
        switch (what)
        {
            case "missing":
                break;
            case "tampered with":
                await PushAsync(Linear("bad@1"));
                var file = (await _store.ReadAsync(Id("bad@1"), Ct)).Manifest!.Files[0];
                await _blobs
                    .Models.GetBlobClient($"bad/1/{file.Sha256}/{file.Name}")
                    .UploadAsync(BinaryData.FromString("{}"), overwrite: true, Ct);
                break;
            default:
                await PushAsync(
                    what switch
                    {
                        "no JSON" => Of("bad@1", "linear.json", "weights"),
                        "another's version" => new(Id("bad@1"), Linear("bad@2").Files),
                        "unknown kind" => Of("bad@1", "weights.bin", "1"),
                        "a calibration" => CalibrationOf("bad@1"),
                        _ => Of("bad@1", "odd", "1"),
                    }
                );
                break;
        }

        await ActivateAsync("bad@1");
        await InServiceAsync("good@1", miner);
        Assert.StartsWith("bad@1 ", miner.Follower.Problem, StringComparison.Ordinal);
        Assert.Contains(word, miner.Follower.Problem, StringComparison.Ordinal);
        Assert.NotNull((await miner.AskAsync()).Forecast);
        Assert.Equal("good@1", (await miner.AskAsync()).Model.ToString());
        Assert.Equal(HealthStatus.Degraded, new ModelHealth(miner.Follower, miner.Desk).Check().Status);

        await _table.ChangeAsync(choice => choice.RollBack(), Ct);
        await InServiceAsync("good@1", miner);
        Assert.Null(miner.Follower.Problem);
        var health = new ModelHealth(miner.Follower, miner.Desk).Check();
        Assert.Equal((HealthStatus.Healthy, "good@1"), (health.Status, health.Description));
    }

    [Fact]
    public async Task A_version_that_was_missing_is_activated_once_it_is_stored()
    {
        await ActivateAsync("late@1");
        var miner = Miner();
        await miner.RefreshAsync();
        Assert.NotNull(miner.Follower.Problem);
        await PushAsync(Linear("late@1"));
        await miner.RefreshAsync(DeploymentWatcher.RefusalRetryInterval);
        Assert.Equal("late@1", miner.InService);
        Assert.Null(miner.Follower.Problem);
    }

    [Fact]
    public async Task A_version_that_was_refused_by_a_clock_that_was_ahead_is_not_refused_until_then()
    {
        await ActivateAsync("late@1");
        var miner = Miner();
        await miner.RefreshAsync();
        Assert.NotNull(miner.Follower.Problem);
        await PushAsync(Linear("late@1"));

        _clock.AdjustTime(_clock.GetUtcNow().AddHours(-3));
        await miner.RefreshAsync();

        Assert.Equal(("late@1", null), (miner.InService, miner.Follower.Problem));
    }

    [Fact]
    public async Task A_model_that_never_finishes_initializing_is_refused_and_not_started_twice()
    {
        var (begun, go) = (0, new TaskCompletionSource<bool>());
        var model = new OddModel(
            (_, _, _) => new(new Forecast(7.1)),
            () =>
            {
                Interlocked.Increment(ref begun);
                return new(go.Task);
            },
            "slow"
        );
        var miner = Miner(more: new OddLoader(_ => PackageContent.Of(model)));
        await miner.RefreshAsync();
        await PushAsync(Of("slow@1", "odd", "1"));
        await ActivateAsync("slow@1");
        _clock.Advance(DeploymentWatcher.RefreshInterval);
        var looking = miner.Follower.RefreshIfDue();
        while (Volatile.Read(ref begun) == 0)
        {
            await Task.Delay(10, Ct);
        }

        while (!looking.IsCompleted)
        {
            Ct.ThrowIfCancellationRequested();
            _clock.Advance(DeploymentWatcher.MaxLoadWait);
            await Task.WhenAny(looking, Task.Delay(20, Ct));
        }

        Assert.Equal("slow@1 is still being loaded.", miner.Follower.Problem);
        for (var i = 0; i < 100 && !(miner.Follower.Problem ?? "").Contains("30 s", StringComparison.Ordinal); i++)
        {
            var next = Task.Run(() => miner.RefreshAsync(), Ct);
            while (!next.IsCompleted)
            {
                Ct.ThrowIfCancellationRequested();
                await Task.WhenAny(next, Task.Delay(20, Ct));
                _clock.Advance(DeploymentWatcher.MaxLoadWait);
            }
        }

        Assert.Equal("exponential-smoothing@1", miner.InService);
        Assert.Contains("not initialized within 30 s", miner.Follower.Problem, StringComparison.Ordinal);
        await miner.RefreshAsync(DeploymentWatcher.RefusalRetryInterval);
        Assert.Contains("has not ended yet", miner.Follower.Problem, StringComparison.Ordinal);
        Assert.Equal(1, begun);

        go.SetResult(true);
        while (model.Cleanups == 0)
        {
            await Task.Delay(10, Ct);
        }
    }

    [Fact]
    public async Task A_version_that_was_refused_in_time_is_not_loaded_again_while_work_of_its_load_goes_on()
    {
        var (loads, left) = (0, new TaskCompletionSource());
        var miner = Miner(
            more: new OddLoader(_ =>
                Interlocked.Increment(ref loads) == 1
                    ? PackageContent.Refused("It hangs.", left.Task)
                    : PackageContent.Of(new OddModel((_, _, _) => new(new Forecast(7.1))))
            )
        );
        await PushAsync(Of("odd@1", "odd", "1"));
        await ActivateAsync("odd@1");
        await InServiceAsync("exponential-smoothing@1", miner);
        Assert.Equal("odd@1 was refused. It hangs.", miner.Follower.Problem);

        for (var retries = 0; retries < 3; retries++)
        {
            await miner.RefreshAsync(DeploymentWatcher.RefusalRetryInterval);
            Assert.Equal("odd@1 was refused. It hangs. That attempt has not ended yet, so it is not loaded again.", miner.Follower.Problem);
        }

        Assert.Equal(1, loads);

        left.SetResult();
        await miner.RefreshAsync(DeploymentWatcher.RefusalRetryInterval);
        Assert.Equal(("odd@1", null, 2), (miner.InService, miner.Follower.Problem, loads));
    }

    [Theory]
    [InlineData("loading")]
    [InlineData("initializing")]
    public async Task A_rollback_takes_effect_while_another_version_hangs(string where)
    {
        using var release = new ManualResetEventSlim();
        var isLoadedInPool = true;
        var slow = new OddModel(
            (_, _, _) => new(new Forecast(7.1)),
            () =>
            {
                release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
                return new(true);
            },
            "slow"
        );
        var miner = Miner(
            more: new OddLoader(_ =>
            {
                isLoadedInPool = Thread.CurrentThread.IsThreadPoolThread;
                if (where == "loading")
                {
                    release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
                }

                return PackageContent.Of(slow);
            })
        );
        await PushAsync(Linear("good@1"), Linear("good@2"), Of("slow@1", "odd", "1"));
        await ActivateAsync("good@1");
        await InServiceAsync("good@1", miner);
        await ActivateAsync("good@2");
        await InServiceAsync("good@2", miner);
        await ActivateAsync("slow@1");
        await LookInPartsAsync();
        Assert.Equal(("good@2", "slow@1 is still being loaded."), (miner.InService, miner.Follower.Problem));

        await _table.ChangeAsync(choice => choice.Activate(new(Id("good@1"), null)), Ct);

        // The clock runs faster than the machine, so on a busy one good@1 may need more than one refresh to load, too.
        for (var tries = 0; tries == 0 || (miner.Follower.Problem is not null && tries < 20); tries++)
        {
            await LookInPartsAsync();
        }

        Assert.Equal(("good@1", null), (miner.InService, miner.Follower.Problem));

        release.Set();
        while (slow.Cleanups == 0)
        {
            await Task.Delay(10, Ct);
        }

        // Requests share the pool, and a version that hangs would hold one of its threads.
        Assert.False(isLoadedInPool);

        async Task LookInPartsAsync()
        {
            _clock.Advance(DeploymentWatcher.RefreshInterval);
            var looking = miner.Follower.RefreshIfDue();
            while (!looking.IsCompleted)
            {
                Ct.ThrowIfCancellationRequested();
                await Task.WhenAny(looking, Task.Delay(100, Ct));
                if (!looking.IsCompleted)
                {
                    _clock.Advance(TimeSpan.FromSeconds(1));
                }
            }
        }
    }

    [Fact]
    public async Task A_challenge_in_flight_is_answered_by_the_model_it_began_with_which_is_cleaned_up_afterwards()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var old = new OddModel(
            async (_, history, _) =>
            {
                begun.TrySetResult();
                await go.Task;
                return new Forecast(history.Newest!.Value.Cny);
            },
            name: "old"
        );
        var miner = Miner(more: new OddLoader(_ => PackageContent.Of(old)));
        await PushAsync(Of("old@1", "odd", "1"), Linear("new@1"));
        await ActivateAsync("old@1");
        await miner.RefreshAsync();
        // A budget that outlasts the look.
        var asking = miner.Desk.ForecastAsync(TimeSpan.FromMinutes(5), Ct);
        await begun.Task.WaitAsync(Ct);

        await ActivateAsync("new@1");
        await InServiceAsync("new@1", miner);
        Assert.Equal("new@1", (await miner.AskAsync()).Model.ToString());
        Assert.False(asking.IsCompleted);
        Assert.Equal(0, old.Cleanups);

        go.SetResult();
        var live = await asking.WaitAsync(Ct);
        Assert.Equal(("old@1", null), (live.Model.ToString(), live.Reason));
        while (old.Cleanups == 0)
        {
            await Task.Delay(10, Ct);
        }
    }

    [Fact]
    public async Task A_calibration_makes_the_intervals_of_the_active_model_and_is_recorded_with_its_forecasts()
    {
        await PushAsync(CalibrationOf("narrow@1", 0.05), CalibrationOf("wide@1", 5));
        var miner = Miner("last-price");
        List<double> widths = [];
        foreach (var calibration in new[] { "narrow@1", "wide@1" })
        {
            await _table.ChangeAsync(choice => choice.Activate(choice.Active with { Calibration = Id(calibration) }), Ct);
            await InServiceAsync($"last-price@1 with the calibration {calibration}", miner);
            var live = await miner.AskAsync();
            Assert.Equal(Id(calibration), live.Calibration);
            widths.Add(live.Forecast!.Interval!.Value.Width);
        }

        // A little more than a hundred times, since the last price is ten seconds older the second time.
        Assert.InRange(widths[1] / widths[0], 100, 101);
    }

    [Fact]
    public async Task A_model_whose_calibration_is_refused_is_not_activated_either()
    {
        await PushAsync(Linear("mine@1"), Of("cal@1", "calibration.json", "{}"));
        await ActivateAsync("mine@1", "cal@1");
        var miner = Miner();
        await InServiceAsync("exponential-smoothing@1", miner);
        Assert.StartsWith(
            "cal@1 was refused. The file cal@1/calibration.json can't be used",
            miner.Follower.Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_refused_shadow_does_not_affect_the_others_or_the_model()
    {
        await PushAsync(Linear("mine@1"));
        await _table.ChangeAsync(choice => choice.AddShadow(Id("gone@1")).AddShadow(Id("mine@1")).AddShadow(Id("last-price@1")), Ct);
        var miner = Miner();
        await InServiceAsync("exponential-smoothing@1 (shadows: mine@1, last-price@1)", miner);
        Assert.StartsWith("gone@1 was refused", miner.Follower.Problem, StringComparison.Ordinal);

        // What ran as a shadow answers without being loaded again.
        var shadow = miner.Follower.Current.Shadows[0].Model;
        await ActivateAsync("mine@1");
        await InServiceAsync("mine@1 (shadows: last-price@1)", miner);
        Assert.Same(shadow, miner.Follower.Current.Model);
    }

    [Fact]
    public async Task A_damaged_row_or_unavailable_storage_leaves_the_active_model()
    {
        await PushAsync(Linear("mine@1"));
        await ActivateAsync("mine@1");
        await using var storage = new FaultyStorage(_storage.Location);
        var cutOff = new FollowingMiner(_storage.Through(storage), _clock);
        await InServiceAsync("mine@1", cutOff);
        storage.Fault = StorageFault.Stopped;
        await InServiceAsync("mine@1", cutOff);

        var miner = Miner();
        await miner.RefreshAsync();
        await DamageAsync();
        await InServiceAsync("mine@1", miner);
        Assert.Contains("delete it", miner.Follower.Problem, StringComparison.Ordinal);

        var alone = new FollowingMiner(new(StorageEmulator.Unreachable()), _clock);
        await alone.RefreshAsync();
        Assert.Equal("exponential-smoothing@1", (await alone.AskAsync()).Model.ToString());
    }

    private FollowingMiner Miner(string model = "exponential-smoothing", params IModelLoader[] more) => new(_storage, _clock, model, more);

    private static async Task InServiceAsync(string expected, FollowingMiner miner)
    {
        await miner.RefreshAsync();
        Assert.Equal(expected, miner.InService);
    }

    private async Task ActivateAsync(string model, string? calibration = null) =>
        await _table.ChangeAsync(choice => choice.Activate(new(Id(model), calibration is null ? null : Id(calibration))), Ct);

    private async Task DamageAsync() =>
        await new MinerTables(_storage).UseAsync(
            MinerTables.Models,
            table => table.UpsertEntityAsync(new TableEntity("active", "tether-cny") { ["Model"] = 5 }, TableUpdateMode.Merge, Ct),
            Ct
        );

    private async Task PushAsync(params ModelPackage[] packages)
    {
        foreach (var package in packages)
        {
            Assert.NotNull(await _store.PushAsync(package, "odd", Ct));
        }
    }

    /// <summary>A model with a fault that no caller expects: it has its name while it is loaded, and none afterwards.</summary>
    private sealed class NamelessModel : IPredictionModel
    {
        private int _reads;

        public ModelId Id => _reads++ == 0 ? new("odd", "1") : throw new NotSupportedException("no name");

        public ValueTask<bool> InitializeAsync(CancellationToken ct) => new(true);

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) => default;
    }
}
