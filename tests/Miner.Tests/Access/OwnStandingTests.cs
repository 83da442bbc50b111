using Bittbridge.Miner.Access;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class OwnStandingTests
{
    private const string Network = "test";

    private static readonly string Hotkey = TestSubnet.Bob.ToString();

    private static readonly OwnStanding Standing = new(
        new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
        new(TestSubnet.Block, 23, 2, true, 0.25, 3, TestSubnet.Block - 5000, 7200, 12.5),
        "203.0.113.7:8091",
        AxonReach.OtherMiner,
        TestSubnet.Charlie.ToString()
    );

    [Fact]
    public void A_row_holds_all_of_it() => Assert.Equal(Standing, Read(Standing));

    [Theory]
    [InlineData("finney", true)]
    [InlineData(Network, false)]
    public void A_row_of_another_network_or_hotkey_is_not_read(string network, bool isOwn) =>
        Assert.Null(
            OwnStanding.From(Standing.ToEntity(TestSubnet.Netuid, network, isOwn ? Hotkey : TestSubnet.Dave.ToString()), Network, Hotkey)
        );

    [Theory]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("Moon")]
    public void What_answers_is_not_known_when_the_row_names_nothing_that_exists(string reach)
    {
        var row = Standing.ToEntity(TestSubnet.Netuid, Network, Hotkey);
        row["Reach"] = reach;
        Assert.Equal(AxonReach.NotReached, OwnStanding.From(row, Network, Hotkey)!.Reach);
    }

    [Fact]
    public void Whatever_a_row_holds_its_figures_are_finite_and_what_is_read_can_be_stored_again()
    {
        var row = Standing.ToEntity(TestSubnet.Netuid, Network, Hotkey);
        ParserFuzzing.Run(
            DamagedRow.Corpus(row),
            bytes =>
            {
                foreach (var damaged in DamagedRow.Of(row, bytes))
                {
                    if (OwnStanding.From(damaged, Network, Hotkey) is { } read)
                    {
                        Assert.True(double.IsFinite(read.Neuron?.Incentive ?? 0) && double.IsFinite(read.Neuron?.Stake ?? 0));
                        _ = read.Neuron?.ImmunityLeft;
                        Assert.Equal(read, Read(read));
                    }
                }
            }
        );
    }

    private static OwnStanding? Read(OwnStanding standing) =>
        OwnStanding.From(standing.ToEntity(TestSubnet.Netuid, Network, Hotkey), Network, Hotkey);
}
