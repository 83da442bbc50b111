using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class CallQuotaTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset October = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_month_starts_its_count_at_zero()
    {
        var october = new PollState
        {
            CallsThisMonth = 9_000,
            Month = "2026-10",
            FailuresInARow = 2,
        };

        Assert.Same(october, october.InMonthOf(October.AddMonths(1).AddTicks(-1)));

        var november = october.InMonthOf(October.AddMonths(1));
        Assert.Equal(("2026-11", 0, 2), (november.Month, november.CallsThisMonth, november.FailuresInARow));
    }

    [Fact]
    public void The_month_is_counted_in_UTC() =>
        Assert.Equal("2026-10", new PollState().InMonthOf(new DateTimeOffset(2026, 11, 1, 7, 0, 0, TimeSpan.FromHours(8))).Month);

    [Fact]
    public void The_same_month_of_another_year_is_another_month() =>
        Assert.Equal(
            0,
            new PollState { CallsThisMonth = 5, Month = "2025-10" }
                .InMonthOf(October)
                .CallsThisMonth
        );

    [Theory]
    [InlineData(0, "2026-10-01T00:04:45Z", 10_000 - 8_928)]
    [InlineData(0, "2026-02-01T00:04:45Z", 10_000 - 8_064)]
    [InlineData(1_000, "2026-10-01T00:04:45Z", 72)]
    [InlineData(1_072, "2026-10-01T00:04:45Z", 0)]
    [InlineData(5_000, "2026-10-01T00:04:45Z", 0)]
    [InlineData(8_927, "2026-10-31T23:59:45Z", 1_072)]
    [InlineData(9_999, "2026-10-31T23:59:45Z", 0)]
    [InlineData(9_998, "2026-10-31T23:54:45Z", 0)]
    [InlineData(9_997, "2026-10-31T23:54:45Z", 1)]
    public void Spare_is_what_the_polls_of_the_rest_of_the_month_leave_over(int calls, string now, int spare) =>
        Assert.Equal(
            spare,
            CallQuota.Spare(
                new PollState { CallsThisMonth = calls },
                DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)
            )
        );

    [Fact]
    public void A_poll_every_five_minutes_of_the_longest_month_can_be_paid_for_however_the_spare_calls_are_spent()
    {
        foreach (var eager in new[] { false, true })
        {
            var (state, polls) = (new PollState(), 0);
            for (var now = October.AddSeconds(285); now < October.AddMonths(1); now += Step)
            {
                state = state.InMonthOf(now);
                var spent = eager ? CallQuota.Spare(state, now) : 0;
                Assert.True(CallQuota.AllowsPoll(state with { CallsThisMonth = state.CallsThisMonth + spent }), $"no poll at {now:O}");
                state = state with { CallsThisMonth = state.CallsThisMonth + spent + 1 };
                polls++;
            }

            Assert.Equal(8_928, polls);
            Assert.Equal(eager ? 10_000 : 8_928, state.CallsThisMonth);
        }
    }

    [Fact]
    public void A_quota_that_is_used_up_allows_no_poll_until_the_next_month()
    {
        var state = new PollState { CallsThisMonth = CallQuota.Monthly, Month = "2026-10" };

        Assert.False(CallQuota.AllowsPoll(state.InMonthOf(October.AddDays(30))));
        Assert.True(CallQuota.AllowsPoll(state.InMonthOf(October.AddDays(31))));
        Assert.True(CallQuota.AllowsPoll(state with { CallsThisMonth = CallQuota.Monthly - 1 }));
    }
}
