using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class PriceReaderTests(TestStorage storage)
{
    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(Noon);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_request_waits_for_the_prices()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(_clock);
        Assert.Null(reader.InMemory);
        var snapshot = await reader.CurrentAsync(Ct);
        Assert.Equal([At(-1)], snapshot!.History.Points());
        Assert.Same(snapshot, reader.InMemory);
        Assert.Null(reader.LastReadFailure);
    }

    [Fact]
    public async Task A_request_is_answered_from_memory_at_once_and_after_five_seconds_gets_the_price_that_was_stored_since()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(_clock);
        var first = await reader.CurrentAsync(Ct);
        await prices.SaveAsync(At(0));

        _clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.Same(first, await AtOnceAsync(reader));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([At(-1), At(0)], (await reader.CurrentAsync(Ct))!.History.Points());
    }

    [Fact]
    public async Task For_silent_storage_a_request_waits_150_ms_and_then_is_answered_from_memory()
    {
        await using var proxy = new StorageProxy(_storage);
        var clock = new WatchedClock();
        clock.SetUtcNow(Noon);
        var prices = new StoredPrices(proxy.Settings);
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(clock);
        var first = await reader.CurrentAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(5));
        proxy.Swallow(StorageProxy.Any, int.MaxValue);

        var later = reader.CurrentAsync(Ct).AsTask();
        await clock.WaitBeginsAsync(TimeSpan.FromMilliseconds(150));
        clock.Advance(TimeSpan.FromMilliseconds(149));
        Assert.False(later.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(first, await later.WaitAsync(TimeSpan.FromMinutes(3), Ct));
    }

    [Fact]
    public async Task What_answers_at_the_address_of_storage_without_being_it_counts_as_unavailable()
    {
        await using var page = new StandInServer(200, "<html>sign in</html>");
        var location = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;TableEndpoint={page.Url};BlobEndpoint={page.Url};";
        var reader = new StoredPrices(new(location)).NewReader(_clock);
        Assert.Null(await reader.CurrentAsync(Ct));
        Assert.StartsWith(
            "storage is out of reach: what answered 200 at its address is not Azure Storage",
            reader.LastReadFailure,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_snapshot_that_has_not_changed_stays_the_same_object()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(_clock);
        var first = await reader.CurrentAsync(Ct);
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Same(first, await reader.CurrentAsync(Ct));
        }
    }

    [Fact]
    public async Task A_hundred_requests_on_an_empty_memory_make_one_read()
    {
        await using var silent = new SilentStorage();
        var reader = new StoredPrices(silent.Settings).NewReader(_clock);
        var requests = Enumerable.Range(0, 100).Select(_ => reader.CurrentAsync(Ct).AsTask()).ToList();
        await silent.FirstCame.WaitAsync(Ct);
        Assert.Every(requests, request => Assert.False(request.IsCompleted));
        silent.Fail();
        Assert.Every(await Task.WhenAll(requests), Assert.Null);
        Assert.Equal(1, silent.Connections);
        Assert.StartsWith("storage answered 500", reader.LastReadFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_gives_up_does_not_end_the_read_for_the_others()
    {
        await using var silent = new SilentStorage();
        var reader = new StoredPrices(silent.Settings).NewReader(_clock);
        using var impatient = new CancellationTokenSource();
        var (one, other) = (reader.CurrentAsync(impatient.Token).AsTask(), reader.CurrentAsync(Ct).AsTask());
        await silent.FirstCame.WaitAsync(Ct);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.False(other.IsCompleted);
        silent.Fail();
        Assert.Null(await other);
        Assert.Equal(1, silent.Connections);
    }

    [Fact]
    public async Task While_storage_is_unavailable_memory_serves_and_reports_it_and_recovers_afterwards()
    {
        await using var emulator = await StorageEmulator.StartNewAsync(Ct);
        var prices = new StoredPrices(new(emulator.ConnectionString));
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(_clock);
        var first = await reader.CurrentAsync(Ct);

        await emulator.KillAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Same(first, await reader.CurrentAsync(Ct));
        await Polling.UntilAsync(() => reader.LastReadFailure is not null);
        Assert.StartsWith("storage is out of reach", reader.LastReadFailure, StringComparison.Ordinal);
        Assert.Same(first, await AtOnceAsync(reader));

        await emulator.RestartAsync(Ct);
        await prices.SaveAsync(At(0));
        _clock.Advance(TimeSpan.FromSeconds(2));
        await AtOnceAsync(reader);
        await Polling.UntilAsync(() => reader.LastReadFailure is null);
        Assert.Equal([At(0)], (await AtOnceAsync(reader))!.History.Points());
    }

    [Fact]
    public async Task An_outage_is_logged_at_its_first_failed_read_and_at_its_end()
    {
        var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        await using var faulty = new FaultyStorage(_storage.Location) { Fault = StorageFault.Throttled };
        var reader = new StoredPrices(_storage.Through(faulty)).NewReader(_clock, loggers.CreateLogger<PriceReader>());
        await reader.CurrentAsync(Ct);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await reader.CurrentAsync(Ct);

        faulty.Fault = StorageFault.None;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await reader.CurrentAsync(Ct);
        await reader.CurrentAsync(Ct);

        Assert.Equal(["GET prices", "GET prices", "GET prices", "GET prices"], faulty.Take());
        Assert.Equal([1004, 1005], log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task A_cold_start_without_storage_has_no_prices_and_leaves_storage_alone_for_a_while()
    {
        await using var emulator = await StorageEmulator.StartNewAsync(Ct);
        await emulator.KillAsync();
        var prices = new StoredPrices(new(emulator.ConnectionString));
        var reader = prices.NewReader(_clock);
        Assert.Null(await reader.CurrentAsync(Ct));
        Assert.StartsWith("storage is out of reach", reader.LastReadFailure, StringComparison.Ordinal);

        await emulator.RestartAsync(Ct);
        await prices.SaveAsync(At(-1));
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.Null(await reader.CurrentAsync(Ct));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([At(-1)], (await reader.CurrentAsync(Ct))!.History.Points());
        Assert.Null(reader.LastReadFailure);
    }

    [Fact]
    public async Task A_table_that_is_not_there_yet_means_no_prices_and_no_failure_and_the_first_price_is_seen_at_once()
    {
        var prices = new StoredPrices(_storage);
        var reader = prices.NewReader(_clock);
        Assert.Null(await reader.CurrentAsync(Ct));
        Assert.Null(reader.LastReadFailure);
        await prices.SaveAsync(At(-1));
        Assert.Equal([At(-1)], (await reader.CurrentAsync(Ct))!.History.Points());
    }

    [Fact]
    public async Task A_damaged_snapshot_is_reported_and_the_history_is_used()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync(At(-1));
        var reader = prices.NewReader(_clock);
        await reader.CurrentAsync(Ct);
        await prices.TamperAsync(("Format", 2));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await reader.CurrentAsync(Ct);
        await Polling.UntilAsync(() => reader.LastReadFailure is not null);
        Assert.StartsWith("the snapshot has an unknown format", reader.LastReadFailure, StringComparison.Ordinal);
        Assert.Equal([At(-1)], (await AtOnceAsync(reader))!.History.Points());
    }

    [Fact]
    public async Task A_cold_instance_answers_from_the_history_where_the_snapshot_is_damaged()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync([.. Enumerable.Range(-50, 51).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))]);
        await prices.TamperAsync(("Points", new byte[24 * 51]));
        var snapshot = await prices.NewReader(_clock).CurrentAsync(Ct);
        Assert.Equal(51, snapshot!.History.Count);
        Assert.False(snapshot.IsWhole);
    }

    [Fact]
    public async Task A_price_from_the_future_does_not_hide_the_others()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync(At(-1), new(Noon.AddDays(1.9), 7.1));
        var reader = prices.NewReader(_clock);
        Assert.Equal([At(-1)], (await reader.CurrentAsync(Ct))!.History.Points());
    }

    [Fact]
    public async Task A_stuck_price_is_reported_and_its_repetitions_are_left_out()
    {
        var prices = new StoredPrices(_storage);
        await prices.SaveAsync([
            .. Enumerable.Range(-100, 28).Select(i => At(i, 7.1 + (i % 3 * 1e-4))),
            .. Enumerable.Range(-72, 73).Select(i => At(i, 7.105)),
        ]);
        var snapshot = (await prices.NewReader(_clock).CurrentAsync(Ct))!;
        Assert.Equal(At(-72).Time, snapshot.StuckSince);
        Assert.Equal(30, snapshot.History.Count);
        Assert.Equal(At(0, 7.105), snapshot.History.Newest);
    }

    /// <summary>What a request gets without waiting.</summary>
    private static async Task<PriceSnapshot?> AtOnceAsync(PriceReader reader)
    {
        var answer = reader.CurrentAsync(Ct);
        Assert.True(answer.IsCompleted);
        return await answer;
    }
}
