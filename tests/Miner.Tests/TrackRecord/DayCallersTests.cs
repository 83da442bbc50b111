using Bittbridge.Miner.TrackRecord;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class DayCallersTests
{
    [Fact]
    public void A_caller_without_a_name_is_not_counted()
    {
        var day = new DayCallers();
        day.Add(0, ["", "Alice"], 0);

        Assert.Equal(["Alice 1"], day.Counts.Select(caller => $"{caller.Key} {caller.Value}"));
        Assert.Equal(0, day.Others);
    }

    [Fact]
    public void A_day_without_other_callers_stores_no_numbers_of_them()
    {
        var day = new DayCallers();
        day.Add(0, ["Alice"], 0);

        Assert.Empty(day.PackOthers());
    }

    [Fact]
    public void The_other_callers_of_the_first_and_of_the_last_slot_are_read_back()
    {
        var day = new DayCallers();
        day.Add(0, [], 2);
        day.Add(287, [], 300);

        Assert.Equal(302, DayCallers.Unpack(day.Pack(), day.PackOthers()).Others);
        Assert.Equal(2, DayCallers.Unpack(day.Pack(), day.PackOthers().AsSpan(0, 575)).Others);
    }
}
