using Azure;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Doctor.Checks;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

public sealed class PriceAgeCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, null, "Passed", "1.0 minutes old")]
    [InlineData(15, null, "Passed", "15.0 minutes old")]
    [InlineData(16, null, "Warning", "16.0 minutes old")]
    [InlineData(1, "CoinGecko answered 429", "Warning", "CoinGecko answered 429 (3 consecutive failures)")]
    [InlineData(24 * 60, null, "Warning", "24 hours old")]
    [InlineData((24 * 60) + 1, null, "Failed", "too old to answer with")]
    public async Task Prices_are_judged_by_their_age_and_the_last_poll(int minutes, string? failure, string level, string words)
    {
        var history = PriceHistory.FromPoints([new(Now.AddMinutes(-minutes), 7.1035)]);

        var finding = await FindAsync(() =>
            new(
                PriceSeries.Real,
                "coingecko",
                history,
                new()
                {
                    LastFailure = failure is null ? null : new(PriceFault.TooManyCalls, failure),
                    FailuresInARow = failure is null ? 0 : 3,
                }
            )
        );

        Assert.Equal(level, finding.Level.ToString());
        Assert.Contains(words, finding.Detail, StringComparison.Ordinal);
        Assert.Equal(level == "Passed", finding.Remedy is null);
    }

    [Fact]
    public async Task An_empty_store_is_a_warning_for_a_miner_that_was_never_started() =>
        Assert.Equal((FindingLevel.Warning, "no price is stored yet"), Parts(await FindAsync(() => null)));

    [Fact]
    public async Task Unavailable_storage_is_left_to_the_storage_check() =>
        Assert.Equal(
            (FindingLevel.Skipped, "not checked, because storage can't be read"),
            Parts(await FindAsync(() => throw new RequestFailedException(503, "busy")))
        );

    private static (FindingLevel Level, string Detail) Parts(Finding finding) => (finding.Level, finding.Detail);

    private static Task<Finding> FindAsync(Func<PriceSnapshot?> read) =>
        new PriceAgeCheck(new Store(read), new FakeTimeProvider(Now)).RunAsync(TestContext.Current.CancellationToken);

    private sealed class Store(Func<PriceSnapshot?> read) : IPriceStore
    {
        public Task<PriceSnapshot?> ReadAsync(CancellationToken ct) => Task.FromResult(read());

        public Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task SaveAsync(
            string source,
            PriceHistory before,
            PriceHistory after,
            Func<PollState, PollState> poll,
            bool replaceHistory,
            CancellationToken ct
        ) => throw new NotSupportedException();

        public Task<bool> TryClaimPollAsync(TimeSpan length, CancellationToken ct) => throw new NotSupportedException();

        public Task<bool> TryClaimScheduledPollAsync(DateTimeOffset next, CancellationToken ct) => throw new NotSupportedException();
    }
}
