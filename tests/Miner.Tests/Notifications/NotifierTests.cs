using System.Text.Json;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Notifications;

/// <summary>Two instances on one storage, and a receiver of webhooks.</summary>
public sealed class NotifierTests(TestStorage storage)
{
    private static readonly string[] Events = ["axon", "model", "no-challenge", "other-task", "price-too-old", "validator-list"];

    /// <summary>In the morning: counts begin anew at midnight, UTC, and these tests last for hours.</summary>
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddHours(9));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_condition_is_told_once_when_it_begins_and_once_when_it_is_over_across_instances()
    {
        await using var receiver = new Receiver();
        var tables = storage.NewSettings();
        var webhook = receiver.Url + "/hooks/SECRET-TOKEN";
        await using var one = new NotifyingInstance(tables, webhook, _clock);
        await using var other = new NotifyingInstance(tables, webhook, _clock);
        NotifyingInstance[] both = [one, other];

        // Only one of them is called, and only its model fails.
        one.Callers.AskedForAnotherTask(TestSubnet.Alice.PublicKey, TimeSpan.FromHours(6));
        one.Callers.AskedForAnotherTask(TestSubnet.Alice.PublicKey, TimeSpan.FromHours(6));
        await one.ShareCallersAsync();
        await one.StoreStandingAsync(AxonReach.OtherMiner);
        await one.ForecastAsync();
        await NotifyAsync(both, minutes: 35, isOld: true);

        Assert.Equal(Events.Select(name => $"{name} begun"), receiver.Events);
        Assert.Every(receiver.Received, one => Assert.NotEmpty(one.Body.GetProperty("remedy").GetString()!));
        var told = receiver.Received.ToDictionary(
            one => one.Body.GetProperty("event").GetString()!,
            one => one.Body.GetProperty("detail").GetString()!
        );
        Assert.Contains("6 h ahead", told["other-task"], StringComparison.Ordinal);
        Assert.Contains(TestSubnet.Dave.ToString(), told["axon"], StringComparison.Ordinal);
        Assert.Contains("odd@1", told["model"], StringComparison.Ordinal);
        Assert.Contains("the newest is 4", told["price-too-old"], StringComparison.Ordinal);

        one.IsModelWell = true;
        Array.ForEach(both, instance => instance.SetPrices(isOld: false));
        await one.ForecastAsync();
        Array.ForEach(both, instance => instance.TakeList());
        await one.StoreStandingAsync(AxonReach.ThisMiner);
        for (var round = 0; round < 16; round++)
        {
            one.Callers.Answered(TestSubnet.Charlie.PublicKey, TimeSpan.FromMilliseconds(20));
            await one.ShareCallersAsync();
            await NotifyAsync(both, minutes: 5, isOld: false);
        }

        Assert.Equal(Events.SelectMany(name => new[] { $"{name} begun", $"{name} over" }), receiver.Events);
        Assert.Every(receiver.Received, one => Assert.DoesNotContain("SECRET-TOKEN", one.Body.ToString(), StringComparison.Ordinal));
        Assert.Every(both.SelectMany(one => one.Log.Lines), line => Assert.DoesNotContain("SECRET", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_is_sent_in_the_minute_when_the_patience_ends_and_says_since_when_and_of_which_miner()
    {
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url, _clock);
        const string Subject = "The price is too old or does not change (5FHneW…94ty, subnet 420).";
        const string Remedy = "Run 'bittbridge doctor': it checks the price source and its key.";
        var day = $"{_clock.GetUtcNow():yyyy-MM-dd}";

        await NotifyAsync([miner], minutes: 2, isOld: true);
        await NotifyAsync([miner], minutes: 11, isOld: false);

        // What has lasted since 9:00 is told after 2 and after 5 minutes; prices are new since 9:03, and that is told after 10.
        Assert.Equal(["price-too-old begun", "price-too-old over", "validator-list begun"], receiver.Events);
        var (begun, list, over) = (receiver.Received[0].Body, receiver.Received[1].Body, receiver.Received[2].Body);
        AssertJson(
            $$"""
            {
              "event": "price-too-old",
              "state": "begun",
              "title": "The price is too old or does not change",
              "detail": "300 prices of tether-cny from coingecko; the newest is 42.0 minutes old",
              "remedy": "{{Remedy}}",
              "since": "{{day}}T09:00:00+00:00",
              "at": "{{day}}T09:02:00+00:00",
              "hotkey": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
              "netuid": 420,
              "version": "{{ProductVersion.Value}}",
              "text": "⚠️ {{Subject}} 300 prices of tether-cny from coingecko; the newest is 42.0 minutes old.\nWhat to do: {{Remedy}}"
            }
            """,
            begun
        );
        Assert.Equal(
            ($"{day}T09:00:00+00:00", $"{day}T09:05:00+00:00"),
            (list.GetProperty("since").GetString(), list.GetProperty("at").GetString())
        );
        AssertJson(
            $$"""
            {
              "event": "price-too-old",
              "state": "over",
              "title": "The price is too old or does not change",
              "detail": "300 prices of tether-cny from coingecko; the newest is 3.0 minutes old",
              "since": "{{day}}T09:00:00+00:00",
              "at": "{{day}}T09:13:00+00:00",
              "hotkey": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
              "netuid": 420,
              "version": "{{ProductVersion.Value}}",
              "text": "✅ Over: {{Subject}} Now: 300 prices of tether-cny from coingecko; the newest is 3.0 minutes old"
            }
            """,
            over
        );
    }

    [Fact]
    public async Task What_was_not_accepted_is_sent_again_and_the_log_does_not_tell_the_token()
    {
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url + "/hooks/SECRET-TOKEN", _clock);
        receiver.Status = 404;

        await NotifyAsync([miner], minutes: 7, isOld: true);

        // Not every minute, since a receiver that refuses now will do so for a while.
        Assert.Contains(miner.Log.Lines, line => line.Id == 9001 && line.Text.Contains("it answered 404", StringComparison.Ordinal));
        var tries = receiver.Events.Count(one => one == "price-too-old begun");
        Assert.InRange(tries, 2, 4);

        receiver.Status = 200;
        await NotifyAsync([miner], minutes: 3, isOld: true);

        Assert.Equal(tries + 1, receiver.Events.Count(one => one == "price-too-old begun"));
        Assert.DoesNotContain(miner.Log.Lines, line => line.Text.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_instance_was_sending_when_it_ended_is_sent_by_another()
    {
        await using var receiver = new Receiver();
        var tables = storage.NewSettings();
        await using var one = new NotifyingInstance(tables, receiver.Url, _clock);
        await using var other = new NotifyingInstance(tables, receiver.Url, _clock);
        await one.StoreStandingAsync(AxonReach.NoMiner);
        var answers = new TaskCompletionSource();
        receiver.Answers = answers.Task;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var sending = one.NotifyAsync(end.Token);
        await Polling.UntilAsync(() => receiver.Events.Count == 1);
        await other.NotifyAsync();
        Assert.Equal(["axon begun"], receiver.Events);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        answers.SetResult();
        await NotifyAsync([other], minutes: 3, isOld: false);

        Assert.Equal(["axon begun", "axon begun"], receiver.Events.Where(one => one.StartsWith("axon", StringComparison.Ordinal)));
    }

    /// <summary>The stop comes between the receiver's answer and the note.</summary>
    [Fact]
    public async Task A_stop_does_not_keep_an_instance_from_noting_what_was_accepted_so_it_is_not_sent_again()
    {
        await using var receiver = new Receiver();
        var tables = storage.NewSettings();
        await using var paused = new FaultyStorage(tables.Location);
        await using var one = new NotifyingInstance(tables.Through(paused), receiver.Url, _clock);
        await using var next = new NotifyingInstance(tables, receiver.Url, _clock);
        await one.StoreStandingAsync(AxonReach.NoMiner);
        var (answers, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        receiver.Answers = answers.Task;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var sending = one.NotifyAsync(stop.Token);
        await Polling.UntilAsync(() => receiver.Events.Count == 1);
        paused.Pause = goesOn.Task;
        answers.SetResult();
        await Polling.UntilAsync(() => one.Log.Count(9000) == 1);
        await stop.CancelAsync();
        goesOn.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        // Longer than the claim, which would end without the note.
        await NotifyAsync([next], minutes: 3, isOld: false);

        Assert.Single(receiver.Events, told => told == "axon begun");
    }

    /// <summary>A timer may wait for the run.</summary>
    [Fact]
    public async Task A_slow_receiver_takes_two_messages_of_a_run_and_the_next_run_sends_the_others()
    {
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url, _clock);
        miner.Callers.AskedForAnotherTask(TestSubnet.Alice.PublicKey, TimeSpan.FromHours(6));
        miner.Callers.AskedForAnotherTask(TestSubnet.Alice.PublicKey, TimeSpan.FromHours(6));
        await miner.StoreStandingAsync(AxonReach.NoMiner);
        await miner.ForecastAsync();
        receiver.Answers = Task.Delay(Timeout.InfiniteTimeSpan, Ct);

        var run = miner.NotifyAsync();
        for (var message = 1; message <= 2; message++)
        {
            await Polling.UntilAsync(() => receiver.Received.Count == message);
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        await run.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal(["model begun", "other-task begun"], receiver.Events);
        Assert.Equal((2, 0), (miner.Log.Count(9001), miner.Log.Count(9004)));

        receiver.Answers = Task.CompletedTask;
        await miner.NotifyAsync();

        Assert.Equal(["axon begun", "model begun", "other-task begun"], receiver.Events);
    }

    /// <summary>Storage is slow too: the claim of the third condition is stored after 41 s.</summary>
    [Fact]
    public async Task A_run_ends_after_45_seconds_and_the_next_one_goes_on()
    {
        await using var receiver = new Receiver();
        var tables = storage.NewSettings();
        await using var slow = new FaultyStorage(tables.Location);
        await using var miner = new NotifyingInstance(tables.Through(slow), receiver.Url, _clock);
        await miner.StoreStandingAsync(AxonReach.NoMiner);
        receiver.Answers = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        slow.StepIn(
            "POST trackrecord",
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(41));
                return Task.CompletedTask;
            },
            nth: 3
        );

        var run = miner.NotifyAsync();
        await Polling.UntilAsync(() => receiver.Received.Count == 1);
        Assert.Equal(0, miner.Log.Count(9004));
        _clock.Advance(TimeSpan.FromSeconds(4));

        await run.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Contains((9004, "Notifications took longer than 45 s; the next run goes on"), miner.Log.Lines);

        receiver.Answers = Task.CompletedTask;
        _clock.Advance(TimeSpan.FromMinutes(2));
        await miner.NotifyAsync();

        Assert.Equal(["axon begun", "axon begun", "price-too-old begun"], receiver.Events);
    }

    /// <summary>The other comes between the first one's read of the row and its claim.</summary>
    [Fact]
    public async Task Of_two_instances_that_see_a_change_at_once_one_tells_the_operator()
    {
        await using var receiver = new Receiver();
        var tables = storage.NewSettings();
        await using var overtaken = new FaultyStorage(tables.Location);
        await using var one = new NotifyingInstance(tables.Through(overtaken), receiver.Url, _clock);
        await using var other = new NotifyingInstance(tables, receiver.Url, _clock);
        for (var report = 0; report < 3; report++)
        {
            await one.NotifyAsync();
            _clock.Advance(TimeSpan.FromMinutes(10));
        }

        // That no validator calls is the first condition of each run, and is told after half an hour.
        overtaken.StepIn("PUT trackrecord", () => other.NotifyAsync());
        await one.NotifyAsync();

        Assert.Single(receiver.Events, told => told == "no-challenge begun");
        Assert.DoesNotContain(one.Log.Lines, line => line.Id is 9002 or 9003);
    }

    [Fact]
    public async Task A_hotkey_that_is_not_registered_is_told_as_that_alone()
    {
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url, _clock);
        miner.IsModelWell = true;
        miner.TakeList(named: false);
        await miner.StoreStandingAsync(AxonReach.NoAddress);

        await NotifyAsync([miner], minutes: 8, isOld: false);

        var (_, body) = Assert.Single(receiver.Received);
        Assert.Equal("not-registered", body.GetProperty("event").GetString());
        Assert.Contains(TestSubnet.Bob.ToString(), body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_has_it_look_every_minute()
    {
        var clock = new WatchedClock();
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url, clock);
        await miner.StoreStandingAsync(AxonReach.NoMiner);

        await miner.Hosted.StartAsync(Ct);
        await clock.WaitBeginsAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(receiver.Events);
        clock.Advance(TimeSpan.FromMinutes(1));

        await Polling.UntilAsync(() => receiver.Events.Count > 0);
        await miner.Hosted.StopAsync(Ct);
        Assert.Equal(["axon begun"], receiver.Events);
    }

    [Fact]
    public async Task It_looks_after_each_poll_even_one_that_fails()
    {
        await using var receiver = new Receiver();
        await using var miner = new NotifyingInstance(storage.NewSettings(), receiver.Url, _clock);
        await miner.StoreStandingAsync(AxonReach.NoMiner);

        await Assert.ThrowsAsync<InvalidOperationException>(miner.PollAsync);

        Assert.Equal(["axon begun"], receiver.Events);
    }

    private static void AssertJson(string expected, JsonElement actual)
    {
        using var document = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(document.RootElement, actual), actual.GetRawText());
    }

    private async Task NotifyAsync(NotifyingInstance[] instances, int minutes, bool isOld)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await Task.WhenAll(instances.Select(instance => instance.NotifyAsync()));
            _clock.Advance(TimeSpan.FromMinutes(1));
            Array.ForEach(instances, instance => instance.SetPrices(isOld));
        }

        await Task.WhenAll(instances.Select(instance => instance.NotifyAsync()));
    }
}
