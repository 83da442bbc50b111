using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class ForecastRecordingTests
{
    [Fact]
    public async Task A_request_waits_five_seconds_for_a_write_that_hangs_and_the_log_says_so()
    {
        var madeAt = new DateTimeOffset(2026, 11, 23, 10, 4, 58, TimeSpan.Zero);
        var clock = new FakeTimeProvider(madeAt);
        var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        CancellationToken write = default;
        var forecasts = new RememberedForecasts
        {
            Before = ct =>
            {
                write = ct;
                return Task.Delay(Timeout.InfiniteTimeSpan, ct);
            },
        };
        var recording = new ForecastRecording(forecasts, clock, loggers.CreateLogger<ForecastRecording>());

        var recorded = recording.RecordAsync(
            new(PriceSeries.Real, new("last-price", "1"), madeAt, new(7.1), TimeSpan.Zero, ForecastRecord.Unverified)
        );
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal((false, false), (write.IsCancellationRequested, recorded.IsCompleted));

        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(write.IsCancellationRequested);
        await recorded.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var (id, text) = Assert.Single(log.Lines);
        Assert.Equal(2009, id);
        Assert.EndsWith("within 5 s; the request no longer waits for the write", text, StringComparison.Ordinal);
        Assert.Empty(forecasts.Records);
    }
}
