using Bittbridge.Miner.Access;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class KnownValidatorsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly KnownValidators _known;

    public KnownValidatorsTests() => _known = new(new() { Storage = new("UseDevelopmentStorage=true") }, _clock);

    [Fact]
    public void An_older_record_never_replaces_a_newer_one()
    {
        _known.Take(Read(Noon, block: 9));
        _known.Take(Read(Noon.AddSeconds(-1), block: 8));
        _known.Take(ValidatorRecord.Empty);
        Assert.Equal(9u, _known.Good!.Subnet.Block);
        _known.Take(Read(Noon.AddSeconds(1), block: 10));
        Assert.Equal(10u, _known.Good!.Subnet.Block);
    }

    [Fact]
    public void What_is_held_back_is_learnt_with_the_same_list()
    {
        var record = Read(Noon);
        _known.Take(record);
        _known.Take(record with { HeldBack = new(TestSubnet.At(), Noon) });
        Assert.NotNull(_known.Record.HeldBack);
    }

    [Fact]
    public void A_list_is_good_for_its_age_and_to_the_tick()
    {
        _known.Take(Read(Noon));
        _clock.Advance(Day);
        Assert.NotNull(_known.Good);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_known.Good);
        Assert.NotNull(_known.Record.List);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(20 * 60)]
    [InlineData(365 * 24 * 60)]
    public void A_list_from_a_clock_that_was_ahead_is_not_valid_and_can_be_replaced(int minutes)
    {
        _known.Take(Read(Noon.AddMinutes(minutes), block: 9));
        Assert.Null(_known.Good);
        Assert.Equal(1u, _known.Record.Told(TestSubnet.At(1, kin: "two"), Noon).List!.Subnet.Block);
        _known.Take(Read(Noon, block: 8));
        Assert.Equal(8u, _known.Good!.Subnet.Block);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(60)]
    [InlineData(-25 * 60)]
    public void A_valid_list_is_not_replaced_by_one_from_a_clock_that_is_ahead_or_by_one_that_is_too_old(int minutes)
    {
        var good = Read(Noon, block: 8);
        _known.Take(good);
        _known.Take(Read(Noon.AddMinutes(minutes), block: 9));
        Assert.Same(good, _known.Record);
    }

    [Fact]
    public void Only_a_list_that_is_too_old_can_be_replaced_without_evidence()
    {
        var record = Read(Noon, block: 9);
        Assert.Same(record.List, record.Told(TestSubnet.At(1, kin: "two"), Noon + Day).List);
        Assert.Equal(1u, record.Told(TestSubnet.At(1, kin: "two"), Noon + Day + TimeSpan.FromTicks(1)).List!.Subnet.Block);
    }

    private static ValidatorRecord Read(DateTimeOffset at, uint block = TestSubnet.Block) => new(new(TestSubnet.At(block), at), null);
}
