using Bittbridge.Bittensor;
using CsCheck;

namespace Bittbridge.Miner.Tests;

public sealed class PackedNeuronsTests
{
    [Fact]
    public void Any_neurons_come_back_and_no_part_is_larger_than_a_property_may_be() =>
        Gen.Select(Gen.Int[0, 4096], Gen.Int).Sample((count, seed) =>
        {
            var random = new Random(seed);
            var neurons = Enumerable.Range(0, count).Select(uid =>
            {
                var key = new byte[32];
                random.NextBytes(key);
                return new Neuron((ushort)uid, new(key), random.Next(2) == 1);
            }).ToList();
            var parts = PackedNeurons.Pack(neurons);
            return parts.All(part => part.Length <= 64 * 1024) && PackedNeurons.Unpack(parts)!.SequenceEqual(neurons);
        }, iter: 50);

    [Theory]
    [InlineData(32)]
    [InlineData(34)]
    [InlineData(65)]
    public void Bytes_that_are_no_whole_neurons_are_none(int length) => Assert.Null(PackedNeurons.Unpack([new byte[length]]));

    [Fact]
    public void A_permit_is_given_or_not() => Assert.Null(PackedNeurons.Unpack([[.. new byte[32], 2]]));
}
