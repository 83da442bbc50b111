using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices.Sync;

/// <summary>The line that the alert on old prices reads, as telemetry gets it: an event and a number.</summary>
public sealed class PriceAgeTests(TestStorage storage)
{
    private readonly StoredPrices _prices = new(storage.NewSettings());
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly AgeLog _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_poll_that_brings_a_price_says_how_old_it_is()
    {
        await Refresh(new() { Latest = () => new([new(_clock.GetUtcNow().AddMinutes(-3), 7.1)], Calls: 1) }).RefreshAsync(Ct);

        Assert.Equal([3.0], _log.Minutes);
    }

    [Fact]
    public async Task A_poll_that_fails_says_how_old_the_last_price_has_become()
    {
        await _prices.SaveAsync(At(0));
        _clock.Advance(TimeSpan.FromMinutes(10));

        await Refresh(new() { Latest = () => new([], Calls: 1, Failure: new(PriceFault.Unreachable, "it is down")) }).RefreshAsync(Ct);

        Assert.Equal([10.0], _log.Minutes);
    }

    [Fact]
    public async Task A_poll_that_leaves_the_source_alone_says_it_too()
    {
        await _prices.SaveAsync(At(0));
        var refresh = Refresh(
            new()
            {
                Latest = () =>
                    new([], Calls: 1, Failure: new(PriceFault.Unreachable, "too many requests"), RetryAfter: TimeSpan.FromMinutes(30)),
            }
        );

        await refresh.RefreshAsync(Ct);
        _clock.Advance(TimeSpan.FromMinutes(20));
        await refresh.RefreshAsync(Ct);

        Assert.Equal([0.0, 20.0], _log.Minutes);
    }

    [Fact]
    public async Task Without_a_price_no_age_is_reported()
    {
        await Refresh(
                new()
                {
                    Latest = () => new([], Calls: 1, Failure: new(PriceFault.Unreachable, "it is down")),
                    LastDay = () => new([], Calls: 1, Failure: new(PriceFault.Unreachable, "it is down")),
                }
            )
            .RefreshAsync(Ct);

        Assert.Empty(_log.Minutes);
    }

    private PriceRefresh Refresh(ScriptedSource source) => new(source, _prices.NewStore(), UnheardMetrics.New(), _clock, _log);

    private sealed class AgeLog : ILogger<PriceRefresh>
    {
        public List<double> Minutes { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (eventId is { Id: 1008, Name: "PriceAge" } && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                Minutes.Add((double)values.Single(value => value.Key == "Minutes").Value!);
            }
        }
    }
}
