using Bittbridge.Models.Intervals;
using CsCheck;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class ErrorDistributionTests
{
    private static readonly ErrorDistribution Table = new([0.25, 0.5, 0.9, 0.99], [0.5, 1.1, 3.6, 8]);

    [Fact]
    public void The_mass_up_to_a_quantile_is_its_level() =>
        Gen.Double[0.001, 0.9999].Sample(level => Assert.Equal(level, Table.Mass(Table.Quantile(level)), 9));

    [Fact]
    public void The_table_is_kept_and_joined_by_straight_lines()
    {
        Assert.Equal(3.6, Table.Quantile(0.9), 12);
        Assert.Equal(2.35, Table.Quantile(0.7), 12);
        Assert.Equal(0.2, Table.Quantile(0.1), 12);
    }

    [Fact]
    public void Beyond_the_table_the_mass_falls_with_the_square()
    {
        Assert.Equal(1 - 0.01 / 4, Table.Mass(16), 12);
        Assert.Equal(1 - 0.01 / 100, Table.Mass(80), 12);
        Assert.Equal(16, Table.Quantile(1 - 0.01 / 4), 9);
    }

    [Fact]
    public void Errors_fall_on_both_sides_alike()
    {
        Assert.Equal(0.5, Table.Mass(-1.1, 1.1), 12);
        Assert.Equal(0.25, Table.Mass(0, 1.1), 12);
        Assert.Equal((0.9 - 0.5) / 2, Table.Mass(-3.6, -1.1), 12);
    }

    [Fact]
    public void A_share_of_hours_that_end_where_they_began_is_a_mass_at_nothing() =>
        Assert.Equal(0.2, new ErrorDistribution([0.1, 0.2, 0.9], [0, 0, 1]).Mass(0), 12);

    [Fact]
    public void Of_equal_quantiles_at_the_end_of_the_table_too_the_highest_level_counts() =>
        Assert.Equal(0.9, new ErrorDistribution([0.25, 0.5, 0.9], [1, 2, 2]).Mass(2), 12);

    [Fact]
    public void When_all_hours_end_where_they_began_the_whole_mass_is_at_nothing() =>
        Assert.Equal(1, new ErrorDistribution([0.5, 0.99], [0, 0]).Mass(0), 12);
}
