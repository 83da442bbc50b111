using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Notifications;

public sealed class NotificationStateTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(1);

    [Fact]
    public void An_instance_that_ended_without_a_word_does_not_keep_a_condition_alive()
    {
        var told = TellBegun(NotificationState.None, 0);

        // Its report is from minute 0: it counts until minute 15, and ten minutes later the condition is over.
        var (lively, _) = Report(told, "other", false, 14);
        Assert.Null(lively.QuietSince);
        var (quiet, soon) = Report(lively, "other", false, 15);
        var (_, later) = Report(quiet, "other", false, 25);

        Assert.Equal((NotificationChange.None, NotificationChange.Over), (soon, later));
    }

    [Fact]
    public void What_is_over_before_the_patience_ends_is_never_told()
    {
        var patience = TimeSpan.FromMinutes(2);
        var (pending, began) = NotificationState.None.After("one", true, patience, Start);
        var (after, over) = pending.After("one", false, patience, Start.AddMinutes(1));

        Assert.Equal((NotificationChange.None, NotificationChange.None), (began, over));
        Assert.True(after.IsSameAs(NotificationState.None));
    }

    [Fact]
    public void An_instance_that_does_not_see_a_condition_does_not_announce_it_for_another()
    {
        var (seen, _) = NotificationState.None.After("other", true, TimeSpan.FromMinutes(15), Start);

        // This one was called a moment ago, and so would wait for less.
        var (state, silent) = seen.After("one", false, TimeSpan.FromMinutes(5), Start.AddMinutes(6));
        var (_, announced) = state.After("other", true, TimeSpan.FromMinutes(15), Start.AddMinutes(15));

        Assert.Equal((NotificationChange.None, NotificationChange.Begun), (silent, announced));
    }

    [Fact]
    public void What_comes_and_goes_is_told_once_when_it_begins_and_once_when_it_stays_away()
    {
        var state = TellBegun(NotificationState.None, 0);
        for (var minute = 1; minute < 120; minute++)
        {
            // Nine minutes of every ten it is gone.
            (state, var change) = Report(state, "one", minute % 10 == 0, minute);
            Assert.Equal(NotificationChange.None, change);
        }

        (state, var soon) = Report(state, "one", false, 120);
        (state, var over) = Report(state, "one", false, 121);

        Assert.Equal((NotificationChange.None, NotificationChange.Over), (soon, over));
        Assert.Equal(Start, state.Since);
        Assert.True(state.Told(over, Start).IsSameAs(NotificationState.None));
    }

    [Fact]
    public void A_change_is_claimed_by_one_instance_and_by_another_when_the_claim_has_expired()
    {
        var (claimed, first) = Report(NotificationState.None, "one", true, 0);
        var (same, second) = Report(claimed, "other", true, 1);
        var (_, third) = Report(same, "other", true, 2);

        Assert.Equal((NotificationChange.Begun, NotificationChange.None, NotificationChange.Begun), (first, second, third));
    }

    [Fact]
    public void A_clock_that_is_set_back_neither_keeps_a_claim_nor_delays_a_notification()
    {
        var (claimed, _) = Report(NotificationState.None, "one", true, 600);

        var (back, change) = Report(claimed, "other", true, 0);

        Assert.Equal((NotificationChange.Begun, Start), (change, back.Since));
    }

    [Fact]
    public void What_begins_anew_while_its_end_is_sent_is_told_again()
    {
        var (quiet, _) = Report(TellBegun(NotificationState.None, 0), "one", false, 1);
        var (ending, over) = Report(quiet, "one", false, 11);
        var (again, _) = Report(ending, "other", true, 11);

        var after = again.Told(over, Start.AddMinutes(11));
        var (_, change) = Report(after, "other", true, 12);

        Assert.Equal((NotificationChange.Over, NotificationChange.Begun), (over, change));
        Assert.Equal(Start.AddMinutes(11), after.Since);
    }

    [Fact]
    public void A_row_in_storage_holds_all_of_it()
    {
        var (claimed, _) = Report(TellBegun(NotificationState.None, 0), "one", false, 1);
        var (state, _) = Report(claimed, "one", false, 11);

        Assert.NotNull(state.QuietSince);
        Assert.NotNull(state.ClaimedUntil);
        Assert.True(NotificationState.From(state.ToEntity("axon")).IsSameAs(state));
    }

    [Fact]
    public void Whatever_a_row_holds_is_a_state_that_goes_on_and_can_be_stored_again()
    {
        var reporters = new Dictionary<string, DateTimeOffset> { ["one"] = Start, ["other"] = Start.AddMinutes(2) };
        var row = new NotificationState(Start, Start.AddMinutes(1), true, Start.AddMinutes(3), reporters).ToEntity("axon");
        var now = Start.AddMinutes(2);
        ParserFuzzing.Run(
            [
                .. DamagedRow.Corpus(row),
                """{"\ud800\ud800":"1970-01-02T00:00:00+00:00"}"""u8.ToArray(),
                """{"one":"9999-12-31T23:59:59-14:00","other":"0001-01-01T00:00:00+14:00","third":null}"""u8.ToArray(),
                "null"u8.ToArray(),
            ],
            bytes =>
            {
                foreach (var damaged in DamagedRow.Of(row, bytes))
                {
                    var state = NotificationState.From(damaged);
                    Assert.True(NotificationState.From(state.ToEntity("axon")).IsSameAs(state));

                    var (next, _) = state.After("one", isActive: true, TimeSpan.Zero, now);
                    Assert.True(next.Since <= now && next.QuietSince is null);
                    Assert.False(next.ClaimedUntil > now + NotificationState.ClaimLifetime);
                    Assert.Contains("one", next.Reporters.Keys);
                    Assert.Every(next.Reporters.Values, time => Assert.True((now - time).Duration() < NotificationState.ReporterLifetime));
                }
            }
        );
    }

    private static NotificationState TellBegun(NotificationState state, int minute)
    {
        var (claimed, change) = Report(state, "one", true, minute);
        Assert.Equal(NotificationChange.Begun, change);
        return claimed.Told(change, Start.AddMinutes(minute));
    }

    private static (NotificationState State, NotificationChange Change) Report(
        NotificationState state,
        string instance,
        bool isActive,
        int minute
    ) => state.After(instance, isActive, TimeSpan.Zero, Start.AddMinutes(minute));
}
