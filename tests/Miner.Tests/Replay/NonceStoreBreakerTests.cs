using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class NonceStoreBreakerTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly KeptLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly NonceStoreBreaker _breaker;

    public NonceStoreBreakerTests()
    {
        _loggers = new([_log]);
        var settings = new MinerSettings { Storage = new("UseDevelopmentStorage=true") };
        _breaker = new(settings, UnheardMetrics.New(), _clock, _loggers.CreateLogger<ReplayGuard>());
    }

    [Fact]
    public void The_end_of_an_outage_is_reported_with_its_whole_length_and_all_requests_in_it()
    {
        Assert.True(_breaker.Failed(_clock.GetTimestamp(), "the first"));
        _breaker.CountWithout();
        _breaker.CountWithout();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_breaker.Failed(_clock.GetTimestamp(), "the second"));
        _breaker.CountWithout();
        Assert.Equal("the second", _breaker.Outage?.Problem);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _breaker.Replied();

        Assert.Null(_breaker.Outage);
        Assert.Equal(
            [(3200, _log.Lines[0].Text), (3202, "The nonce table is available again after 00:00:15; 3 requests were decided without it")],
            _log.Lines
        );
        Assert.Equal(3, _breaker.WithoutStore);
    }

    [Fact]
    public void A_request_that_is_decided_just_after_the_outage_is_counted_too()
    {
        _breaker.CountWithout();
        Assert.Equal(1, _breaker.WithoutStore);
        Assert.Null(_breaker.Outage);
    }

    [Fact]
    public void Only_a_reply_after_the_request_was_sent_shows_that_storage_is_up()
    {
        _breaker.Replied();
        Assert.True(_breaker.Failed(_clock.GetTimestamp(), "sent after the reply"));
        _breaker.Replied();

        var sent = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _breaker.Replied();
        Assert.False(_breaker.Failed(sent, "sent before it"));
        Assert.Null(_breaker.Outage);
    }

    [Fact]
    public void Storage_is_left_alone_for_three_seconds_after_each_failure()
    {
        Assert.False(_breaker.IsOpen);
        _breaker.Failed(_clock.GetTimestamp(), "gone");
        Assert.True(_breaker.IsOpen);
        _clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.True(_breaker.IsOpen);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(_breaker.IsOpen);
        _breaker.Failed(_clock.GetTimestamp(), "gone still");
        Assert.True(_breaker.IsOpen);
    }

    public void Dispose() => _loggers.Dispose();
}
