namespace Bittbridge.Bittensor.Tests;

public sealed class SubnetSnapshotTests
{
    private static readonly SubnetSnapshot Previous = Snapshot(100, Enumerable.Range(1, 8));

    [Fact]
    public void The_first_list_is_taken() => Assert.Equal(Replacement.Allowed, Previous.MayReplace(null));

    [Theory]
    [InlineData(99, Replacement.OlderBlock)]
    [InlineData(100, Replacement.Allowed)]
    [InlineData(101, Replacement.Allowed)]
    public void A_list_of_an_older_block_is_not_taken(uint block, Replacement expected) =>
        Assert.Equal(expected, Snapshot(block, Enumerable.Range(1, 8)).MayReplace(Previous));

    [Fact]
    public void A_list_of_another_subnet_is_not_taken() =>
        Assert.Equal(Replacement.OtherSubnet, new SubnetSnapshot(1, 101, Previous.Neurons).MayReplace(Previous));

    [Theory]
    [InlineData(8, Replacement.Allowed)]
    [InlineData(4, Replacement.Allowed)]
    [InlineData(3, Replacement.NeedsSecondLook)]
    [InlineData(1, Replacement.NeedsSecondLook)]
    public void A_list_that_lost_most_needs_a_second_look(int left, Replacement expected) =>
        Assert.Equal(expected, Snapshot(101, Enumerable.Range(1, left)).MayReplace(Previous));

    [Fact]
    public void A_list_of_the_same_length_but_of_others_needs_a_second_look() =>
        Assert.Equal(Replacement.NeedsSecondLook, Snapshot(101, Enumerable.Range(11, 8)).MayReplace(Previous));

    [Fact]
    public void A_list_that_lost_most_permits_needs_a_second_look()
    {
        var none = new SubnetSnapshot(420, 101, [.. Previous.Neurons.Select(neuron => neuron with { Permit = false })]);
        Assert.Equal(Replacement.NeedsSecondLook, none.MayReplace(Previous));
    }

    [Fact]
    public void A_second_look_counts_when_it_agrees_at_a_later_block()
    {
        var heldBack = Snapshot(101, Enumerable.Range(11, 8));
        Assert.Equal(Replacement.Allowed, Snapshot(102, Enumerable.Range(11, 8)).MayReplace(Previous, heldBack));
        Assert.Equal(Replacement.NeedsSecondLook, Snapshot(101, Enumerable.Range(11, 8)).MayReplace(Previous, heldBack));
        Assert.Equal(Replacement.NeedsSecondLook, Snapshot(102, Enumerable.Range(21, 8)).MayReplace(Previous, heldBack));
        Assert.Equal(Replacement.NeedsSecondLook, Snapshot(102, [11]).MayReplace(Previous, heldBack));
        Assert.Equal(Replacement.OlderBlock, Snapshot(99, Enumerable.Range(11, 8)).MayReplace(Previous, heldBack));
    }

    [Fact]
    public void What_is_no_list_cannot_be_built()
    {
        Assert.Throws<ArgumentException>(() => new SubnetSnapshot(420, 1, []));
        Assert.Throws<ArgumentException>(() => Snapshot(0, [1]));
        Assert.Throws<ArgumentException>(() => Snapshot(1, [0]));
        Assert.Throws<ArgumentException>(() => Snapshot(1, [1, 1]));
        Assert.Throws<ArgumentException>(() => new SubnetSnapshot(420, 1, [new Neuron(1, Key(1), false)]));
    }

    // Every other one has a permit.
    private static SubnetSnapshot Snapshot(uint block, IEnumerable<int> keys) =>
        new(420, block, [.. keys.Select((key, uid) => new Neuron((ushort)uid, Key(key), key % 2 == 0))]);

    private static PublicKey Key(int number)
    {
        var bytes = new byte[PublicKey.Length];
        bytes[0] = (byte)number;
        return new PublicKey(bytes);
    }
}
