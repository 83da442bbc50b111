using System.Buffers.Binary;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class SubnetSnapshotTests
{
    private static readonly SubnetSnapshot Previous = Snapshot(100, Enumerable.Range(1, 8));

    [Theory]
    [InlineData(8, true)]
    [InlineData(4, true)]
    [InlineData(3, false)]
    [InlineData(1, false)]
    public void A_list_keeps_most_of_another_when_half_of_its_hotkeys_are_left(int left, bool keeps) =>
        Assert.Equal(keeps, Snapshot(101, Enumerable.Range(1, left)).KeepsMostOf(Previous));

    [Fact]
    public void A_list_of_the_same_length_but_of_others_keeps_nothing() =>
        Assert.False(Snapshot(101, Enumerable.Range(11, 8)).KeepsMostOf(Previous));

    [Fact]
    public void A_list_that_lost_most_permits_does_not_keep_most() =>
        Assert.False(
            new SubnetSnapshot(420, 101, [.. Previous.Neurons.Select(neuron => neuron with { Permit = false })]).KeepsMostOf(Previous)
        );

    [Fact]
    public void A_list_that_kept_half_of_the_permits_but_not_of_the_hotkeys_does_not_keep_most() =>
        Assert.False(Snapshot(101, [1, 2, 4]).KeepsMostOf(Previous));

    [Fact]
    public void A_larger_list_keeps_most_of_a_smaller_one_and_not_the_other_way_round()
    {
        var larger = Snapshot(101, Enumerable.Range(1, 20));
        Assert.True(larger.KeepsMostOf(Previous));
        Assert.False(Previous.KeepsMostOf(larger));
    }

    [Fact]
    public void What_is_no_list_cannot_be_built()
    {
        Assert.Throws<ArgumentException>(() => new SubnetSnapshot(420, 1, []));
        Assert.Throws<ArgumentException>(() => Snapshot(0, [1]));
        Assert.Throws<ArgumentException>(() => Snapshot(1, [0]));
        Assert.Throws<ArgumentException>(() => Snapshot(1, [1, 1]));
        Assert.Throws<ArgumentException>(() => new SubnetSnapshot(420, 1, [new Neuron(1, Key(1), false), new Neuron(0, Key(2), false)]));
    }

    [Fact]
    public void A_list_has_at_most_as_many_neurons_as_there_are_uids()
    {
        var neurons = Enumerable.Range(0, 65_537).Select(i => new Neuron((ushort)Math.Min(i, 65_535), Key(i + 1), false)).ToArray();
        Assert.Equal(65_536, new SubnetSnapshot(420, 1, neurons[..65_536]).Neurons.Count);
        Assert.Throws<ArgumentException>(() => new SubnetSnapshot(420, 1, neurons));
    }

    [Fact]
    public void A_stored_list_is_restored_unless_it_is_invalid()
    {
        var restored = SubnetSnapshot.TryCreate(420, 100, Previous.Neurons)!;
        Assert.Equal(((ushort)420, 100u), (restored.Netuid, restored.Block));
        Assert.Equal(Previous.Neurons, restored.Neurons);
        Assert.Null(SubnetSnapshot.TryCreate(420, 0, Previous.Neurons));
        Assert.Null(SubnetSnapshot.TryCreate(420, 100, []));
    }

    [Fact]
    public void A_missing_list_is_refused()
    {
        Assert.Throws<ArgumentNullException>("neurons", () => new SubnetSnapshot(420, 1, null!));
        Assert.Throws<ArgumentNullException>("neurons", () => SubnetSnapshot.TryCreate(420, 1, null!));
        Assert.Throws<ArgumentNullException>("other", () => Previous.KeepsMostOf(null!));
    }

    // Every other one has a permit.
    private static SubnetSnapshot Snapshot(uint block, IEnumerable<int> keys) =>
        new(420, block, [.. keys.Select((key, uid) => new Neuron((ushort)uid, Key(key), key % 2 == 0))]);

    private static PublicKey Key(int number)
    {
        var bytes = new byte[PublicKey.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return new PublicKey(bytes);
    }
}
