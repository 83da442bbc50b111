using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Access;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Miner.Tests.Access;

public sealed class PackedNeuronsTests
{
    [Fact]
    public void Any_neurons_come_back_and_no_part_is_larger_than_a_property_may_be() =>
        Gen.Select(Gen.Int[0, 4096], Gen.Int[1, 16], Gen.Int)
            .Sample(
                (count, step, seed) =>
                {
                    var random = new Random(seed);
                    var neurons = Enumerable
                        .Range(0, count)
                        .Select(uid =>
                        {
                            var key = new byte[32];
                            random.NextBytes(key);
                            return new Neuron((ushort)(uid * step), new(key), random.Next(2) == 1);
                        })
                        .ToList();
                    var (parts, uids) = (PackedNeurons.Pack(neurons), PackedNeurons.PackUids(neurons));
                    return parts.All(part => part.Length <= 64 * 1024)
                        && uids is null == (step == 1 || count < 2)
                        && PackedNeurons.Unpack(parts, uids)!.SequenceEqual(neurons);
                },
                iter: 50
            );

    [Theory]
    [InlineData(32)]
    [InlineData(34)]
    [InlineData(65)]
    public void A_length_that_is_not_a_whole_number_of_neurons_is_rejected(int length) =>
        Assert.Null(PackedNeurons.Unpack([new byte[length]], uids: null));

    [Fact]
    public void More_neurons_than_any_subnet_has_are_rejected() =>
        Assert.Null(PackedNeurons.Unpack(Enumerable.Repeat(new byte[33 * 1900], 5), uids: null));

    [Fact]
    public void Random_bytes_in_a_row_are_read_or_rejected()
    {
        var list = new ValidatorSnapshot(TestSubnet.At(others: 3), new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), ListEvidence.TwoReads);
        var row = ValidatorEntities.From(420, "test", new(list, list));
        Assert.NotNull(ValidatorEntities.ToRecord(420, "test", row));
        var numbers = new object[]
        {
            0,
            -1,
            int.MaxValue,
            long.MinValue,
            uint.MaxValue + 1L,
            DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue,
            "text",
            1.5,
            true,
        };
        ParserFuzzing.Run(
            [.. PackedNeurons.Pack(list.Subnet.Neurons), [], new byte[66]],
            bytes =>
            {
                foreach (var name in row.Keys.Where(name => name is not ("PartitionKey" or "RowKey" or "Network")))
                {
                    var damaged = new TableEntity(row)
                    {
                        [name] =
                            name.Contains("Neurons", StringComparison.Ordinal) || name.EndsWith("Uids", StringComparison.Ordinal)
                                ? bytes
                                : numbers[bytes.Length % numbers.Length],
                    };
                    if (ValidatorEntities.ToRecord(420, "test", damaged) is { List: { } read })
                    {
                        Assert.InRange(read.Subnet.Neurons.Count, 1, PackedNeurons.MaxNeurons);
                        _ = read.IsGood(list.ReadAt, TimeSpan.FromDays(1));
                        _ = new ListReview(1, TimeSpan.FromDays(1), ListReview.ChainBlockTime).Review(
                            new(read, null),
                            [new("node", list.Subnet)],
                            list.ReadAt
                        );
                    }
                }
            }
        );
    }

    [Fact]
    public void A_permit_is_given_or_not() =>
        Assert.Null(
            PackedNeurons.Unpack(
                [
                    [.. new byte[32], 2],
                ],
                uids: null
            )
        );

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0)]
    public void Uids_that_are_not_two_bytes_for_each_neuron_are_rejected(int length) =>
        Assert.Null(PackedNeurons.Unpack([new byte[66]], new byte[length]));
}
