using Bittbridge.Miner.TrackRecord;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class SlotSetTests
{
    [Fact]
    public void A_slot_counts_once_however_often_it_is_added()
    {
        var set = Of(0, 9, 9);

        Assert.Equal(2, set.Count);
        Assert.Equal("0102" + new string('0', 68), Convert.ToHexString(set.Bits));
    }

    [Fact]
    public void A_union_has_the_slots_of_both_sets_and_those_in_both_once()
    {
        var set = Of(0, 9);
        set.UnionWith(Of(9, 287));

        Assert.Equal(3, set.Count);
        Assert.Equal("0102" + new string('0', 66) + "80", Convert.ToHexString(set.Bits));
    }

    private static SlotSet Of(params int[] slots)
    {
        var set = new SlotSet();
        foreach (var slot in slots)
        {
            set.Add(slot);
        }

        return set;
    }
}
