using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>Lies about the chain, one by one: what a node says beside what is known, and for how long it counts.</summary>
public sealed class ListReviewTests
{
    private const uint Block = TestSubnet.Block;

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly ListReview _one = new(1, TimeSpan.FromDays(1), ListReview.ChainBlockTime);
    private readonly ListReview _two = new(2, TimeSpan.FromDays(1), ListReview.ChainBlockTime);

    private ValidatorRecord _record = ValidatorRecord.Empty;

    [Theory]
    [InlineData(0, 25, true)]
    [InlineData(0, 26, false)]
    [InlineData(60, 325, true)]
    [InlineData(60, 326, false)]
    [InlineData(60, 0, true)]
    [InlineData(60, -1, false)]
    public void A_block_may_be_ahead_by_what_the_time_allows_and_never_behind(int minutes, int blocks, bool isBelieved)
    {
        Tell(_one, 0, Honest(Block));
        Assert.Equal(isBelieved, Tell(_one, minutes, Honest((uint)(Block + blocks))).IsReplaced);
    }

    [Fact]
    public void A_lie_that_came_first_gives_way_to_two_honest_looks()
    {
        Tell(_one, 0, Lie(4_000_000_000));
        Assert.True(IsIn(TestSubnet.Dave));
        Assert.Equal(
            "node 0: block 5000000 is older than the last list's, block 4000000000",
            Assert.Single(Tell(_one, 60, Honest(Block)).Objections)
        );

        // At one moment, at the same block or at a block that the time does not allow it is no second look.
        Assert.False(Tell(_one, 61, Honest(Block + 5)).IsReplaced);
        Assert.False(Tell(_one, 75, Honest(Block)).IsReplaced);
        Assert.False(Tell(_one, 75, Honest(Block + 500)).IsReplaced);
        Assert.False(Tell(_one, 80, Honest(Block + 100)).IsReplaced);
        Assert.True(Tell(_one, 120, Honest(Block + 300)).IsReplaced);
        Assert.Equal(
            (Block + 300, ListEvidence.TwoReads, false, null),
            (_record.List!.Subnet.Block, _record.List.Evidence, IsIn(TestSubnet.Dave), _record.HeldBack)
        );
    }

    [Fact]
    public void A_lie_that_came_first_and_stayed_for_hours_gives_way_too()
    {
        for (var hour = 0u; hour < 5; hour++)
        {
            Assert.True(Tell(_one, (int)hour * 60, Lie(4_000_000_000 + (300 * hour))).IsReplaced);
        }

        Assert.Equal(ListEvidence.TwoReads, _record.List!.Evidence);
        Tell(_one, 300, Honest(Block));
        Tell(_one, 360, Honest(Block + 300));
        Assert.False(IsIn(TestSubnet.Dave));
    }

    [Fact]
    public void A_node_that_lies_every_other_time_gets_no_lie_accepted()
    {
        // The lie first: it confirms itself never, and the honest list gets its second look.
        for (var hour = 0u; hour < 4; hour++)
        {
            Tell(_one, (int)hour * 60, hour % 2 == 0 ? Lie(4_000_000_000 + (300 * hour)) : Honest(Block + (300 * hour)));
        }

        Assert.Equal((Block + 900, false), (_record.List!.Subnet.Block, IsIn(TestSubnet.Dave)));
        for (var hour = 4u; hour < 20; hour++)
        {
            Tell(_one, (int)hour * 60, hour % 2 == 0 ? Lie(4_000_000_000 + (300 * hour)) : Honest(Block + (300 * hour)));
            Assert.False(IsIn(TestSubnet.Dave));
        }
    }

    [Fact]
    public void A_node_that_stays_at_one_block_confirms_nothing()
    {
        Tell(_one, 0, Honest(Block));
        Tell(_one, 60, Honest(Block));
        Assert.Equal(ListEvidence.OneRead, _record.List!.Evidence);
        Tell(_one, 120, Honest(Block + 1));
        Assert.Equal(ListEvidence.TwoReads, _record.List!.Evidence);
    }

    [Fact]
    public void A_list_that_two_nodes_confirmed_is_overruled_by_two_nodes_alone()
    {
        Tell(_two, 0, Honest(Block), Honest(Block + 1));
        Assert.Equal((Block, ListEvidence.TwoNodes), (_record.List!.Subnet.Block, _record.List.Evidence));
        for (var hour = 1u; hour < 10; hour++)
        {
            // Stuck on an old block, or far ahead, with hotkeys of its own.
            Assert.False(Tell(_two, (int)hour * 60, Lie(Block - 1000 + (300 * hour % 900))).IsReplaced);
            Assert.False(Tell(_two, ((int)hour * 60) + 30, Lie(4_000_000_000 + (300 * hour))).IsReplaced);
        }

        // A chain that began anew, as two tell it.
        Assert.True(Tell(_two, 600, TestSubnet.At(7, kin: "two"), TestSubnet.At(9, kin: "two")).IsReplaced);
        Assert.Equal(7u, _record.List!.Subnet.Block);
    }

    [Fact]
    public void Of_two_nodes_a_lying_one_changes_nothing_that_the_other_and_the_last_list_tell()
    {
        Tell(_two, 0, Honest(Block), Honest(Block));
        foreach (
            var (minutes, lie) in new[]
            {
                (60, Lie(Block + 300)),
                (120, Lie(4_000_000_000)),
                (180, Lie(Block - 5)),
                (240, TestSubnet.At(Block + 1200, kin: "two")),
            }
        )
        {
            var result = Tell(_two, minutes, lie, Honest((uint)(Block + (minutes * 5))));
            Assert.True(result.IsReplaced);
            Assert.Equal((true, false, 23), (HasPermit(TestSubnet.Alice), IsIn(TestSubnet.Dave), _record.List!.Subnet.Neurons.Count));
            Assert.Equal(Noon.AddMinutes(minutes), _record.List.ReadAt);
        }
    }

    [Fact]
    public void Of_two_nodes_that_contradict_each_other_from_the_start_only_what_both_tell_counts()
    {
        var result = Tell(_two, 0, Lie(4_000_000_000), Honest(Block));
        Assert.Equal((false, false, ListEvidence.OneRead), (HasPermit(TestSubnet.Alice), IsIn(TestSubnet.Dave), _record.List!.Evidence));
        Assert.Equal((2, Block), (result.Waiting, _record.List.Subnet.Block));
    }

    [Fact]
    public void A_hotkey_that_only_one_node_reports_changes_the_uid_of_no_other()
    {
        Tell(_two, 0, Honest(Block), Honest(Block));
        var before = _record.List!.Subnet.Neurons;

        // In the newer block, uid 5 belongs to another hotkey.
        var replaced = before.Select(neuron => neuron.Uid == 5 ? neuron with { Hotkey = TestSubnet.Dave.PublicKey } : neuron);
        Tell(_two, 1, Honest(Block + 5), new(TestSubnet.Netuid, Block + 6, [.. replaced]));
        Assert.Equal(before, _record.List.Subnet.Neurons);

        // The same without a stored list: what only one reports is left out.
        _record = ValidatorRecord.Empty;
        Tell(_two, 2, Honest(Block + 5), new(TestSubnet.Netuid, Block + 6, [.. replaced]));
        Assert.Equal(before.Where(neuron => neuron.Uid != 5), _record.List!.Subnet.Neurons);
    }

    [Fact]
    public void A_hotkey_has_the_uid_that_most_nodes_report()
    {
        var three = new ListReview(3, TimeSpan.FromDays(1), ListReview.ChainBlockTime);
        var honest = Honest(Block).Neurons;
        var shifted = honest.Select(neuron => neuron with { Uid = (ushort)(neuron.Uid + 7) });
        Tell(three, 0, new(TestSubnet.Netuid, Block, [.. shifted]), Honest(Block), Honest(Block + 1));
        Assert.Equal(honest, _record.List!.Subnet.Neurons);
    }

    [Fact]
    public void A_lie_taken_while_nothing_was_known_does_not_outlive_the_second_nodes_silence()
    {
        Tell(_two, 0, Lie(4_000_000_000));
        Assert.Equal((true, ListEvidence.OneRead), (IsIn(TestSubnet.Dave), _record.List!.Evidence));
        Tell(_two, 1, Lie(4_000_000_005), Honest(Block));
        Assert.False(IsIn(TestSubnet.Dave));
        Tell(_two, 10, Honest(Block + 50), Honest(Block + 50));
        Assert.Equal((true, ListEvidence.TwoNodes), (HasPermit(TestSubnet.Alice), _record.List!.Evidence));
    }

    [Fact]
    public void A_node_alone_can_t_shift_the_block_by_which_the_other_is_judged()
    {
        Tell(_two, 0, Honest(Block), Honest(Block));
        for (var minutes = 15; minutes <= 24 * 60; minutes += 15)
        {
            // Always as far ahead as it may be.
            Tell(_two, minutes, Lie((uint)(Block + (minutes * 5) + 25)));
            Assert.False(IsIn(TestSubnet.Dave));
        }

        var result = Tell(_two, (24 * 60) + 1, Honest(Block + 7205), Honest(Block + 7205));
        Assert.Equal((true, 0), (result.IsReplaced, result.Objections.Count));
    }

    [Fact]
    public void A_list_of_before_is_one_look_whatever_it_says()
    {
        // As an earlier version may have stored it.
        _record = new(new(Lie(4_000_000_000), Noon.AddHours(-1)), null);
        Tell(_two, 0, Honest(Block), Honest(Block));
        Assert.Equal((Block, false), (_record.List!.Subnet.Block, IsIn(TestSubnet.Dave)));
    }

    [Fact]
    public void A_third_node_is_asked_only_where_two_differ()
    {
        var three = new ListReview(3, TimeSpan.FromDays(1), ListReview.ChainBlockTime);
        Assert.False(three.IsEnough([Honest(Block)]));
        Assert.True(three.IsEnough([Honest(Block), Honest(Block + 2)]));
        Assert.False(three.IsEnough([Lie(Block), Honest(Block + 2)]));
        Assert.False(three.IsEnough([Honest(4_000_000_000), Honest(Block)]));
        Assert.True(three.IsEnough([Lie(Block), Honest(Block), Honest(Block)]));
        Assert.True(_one.IsEnough([Lie(Block)]));
        Tell(three, 0, Lie(4_000_000_000), Honest(Block), Honest(Block));
        Assert.Equal(
            (true, false, ListEvidence.TwoNodes, Block),
            (HasPermit(TestSubnet.Alice), IsIn(TestSubnet.Dave), _record.List!.Evidence, _record.List.Subnet.Block)
        );
    }

    private static SubnetSnapshot Honest(uint block) => TestSubnet.At(block);

    /// <summary>Dave is in, with a permit, and Alice's is gone.</summary>
    private static SubnetSnapshot Lie(uint block)
    {
        var honest = TestSubnet.At(block);
        return new(
            TestSubnet.Netuid,
            block,
            [
                .. honest.Neurons.Select(neuron => neuron.Hotkey == TestSubnet.Alice.PublicKey ? neuron with { Permit = false } : neuron),
                new((ushort)honest.Neurons.Count, TestSubnet.Dave.PublicKey, true),
            ]
        );
    }

    private ListReviewResult Tell(ListReview review, int minutes, params SubnetSnapshot[] said)
    {
        var result = review.Review(_record, [.. said.Select((subnet, i) => new NodeReport($"node {i}", subnet))], Noon.AddMinutes(minutes));
        _record = result.Record;
        return result;
    }

    private bool IsIn(Ss58Address hotkey) => _record.List!.IsRegistered(hotkey.PublicKey);

    private bool HasPermit(Ss58Address hotkey) => _record.List!.HasPermit(hotkey.PublicKey);
}
