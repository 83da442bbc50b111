using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Rates;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class PollAndScoreTests : IAsyncDisposable
{
    private readonly StorageSettings _storage;
    private readonly ServiceProvider _services;

    /// <summary>Tuesday before the opening, when the offshore rate matters.</summary>
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero));

    private readonly Steps _steps = new();

    public PollAndScoreTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddMiner(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("ASPNETCORE_ENVIRONMENT", "Development"),
                    new("Bittbridge:Access", "open"),
                    new("Bittbridge:Prices:Source", "simulated"),
                    new("Bittbridge:Storage", _storage.Location),
                    new("Bittbridge:TablePrefix", "t" + _storage.TablePrefix[..16]),
                ])
                .Build()
        );
        _services = collection.BuildServiceProvider();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task A_scoring_that_fails_does_not_cost_the_poll()
    {
        var scoring = ScoringTest.NewScoring(_storage with { Location = StorageEmulator.Unreachable() }, TimeProvider.System);

        await new PollAndScore(_services.GetRequiredService<PriceRefresh>(), scoring).RunAsync(Ct);

        var stored = await _services.GetRequiredService<IPriceStore>().ReadAsync(Ct);
        Assert.NotNull(stored!.Poll.FetchedAt);
        Assert.Null(stored.Poll.LastFailure);
    }

    [Fact]
    public async Task After_the_poll_comes_the_scoring_then_the_rate_and_then_what_depends_on_them()
    {
        var (test, target) = (new ScoringTest(_storage, _clock), _clock.GetUtcNow());
        await test.RecordAsync(ScoringTest.ForecastFor(target));

        await Poll().RunAsync(ObserveAsync, Ct);

        Assert.Equal(7.13, (await test.ForecastRowAsync()).GetDouble("Truth"));
        Assert.Equal(["poll", "rate", "after"], _steps.Done);

        async Task ObserveAsync(CancellationToken _)
        {
            _steps.Done.Add("poll");
            await test.ObserveAsync(new PricePoint(target, 7.13));
        }
    }

    [Fact]
    public async Task What_depends_on_a_poll_runs_also_after_one_that_fails()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Poll().RunAsync(_ => throw new InvalidOperationException("The poll failed."), Ct)
        );

        Assert.Equal(["after"], _steps.Done);
    }

    [Fact]
    public async Task Nothing_follows_a_scoring_that_is_canceled()
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Poll().RunAsync(_ => stop.CancelAsync(), stop.Token));

        Assert.Empty(_steps.Done);
    }

    private PollAndScore Poll() =>
        new(
            _services.GetRequiredService<PriceRefresh>(),
            ScoringTest.NewScoring(_storage, _clock),
            new RateRefresh(_steps, new(new(_storage), _clock), _clock, NullLogger<RateRefresh>.Instance),
            _steps
        );

    /// <summary>A source of rates and work after a poll, which note their turn.</summary>
    private sealed class Steps : IRateSource, IAfterPoll
    {
        public string Name => "made";

        public List<string> Done { get; } = [];

        public Task<RateFetch> LatestAsync(TimeSpan span, CancellationToken ct)
        {
            Done.Add("rate");
            return Task.FromResult(new RateFetch([new RatePoint(new(2026, 11, 24, 0, 55, 0, TimeSpan.Zero), 7.1)], 1));
        }

        public Task AfterPollAsync(CancellationToken ct)
        {
            Done.Add("after");
            return Task.CompletedTask;
        }
    }
}
