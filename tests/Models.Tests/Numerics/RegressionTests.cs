using Bittbridge.Models.Numerics;
using CsCheck;

namespace Bittbridge.Models.Tests.Numerics;

public sealed class RegressionTests
{
    [Fact]
    public void A_plane_is_found_exactly() =>
        Gen.Select(Gen.Double[-5, 5], Gen.Double[-5, 5], Gen.Double[-5, 5], Gen.Int[0, 1000])
            .Sample(
                (a, b, c, seed) =>
                {
                    var random = new Random(seed);
                    double[][] inputs =
                    [
                        .. Enumerable.Range(0, 30).Select(_ => new[] { random.NextDouble() * 10, random.NextDouble() - 7 }),
                    ];

                    var rule = Regression.Ridge(inputs, [.. inputs.Select(x => a * x[0] + b * x[1] + c)], 1e-9);

                    Assert.Equal(a * 3 + b * 4 + c, rule.Of([3, 4]), 1e-6);
                }
            );

    [Fact]
    public void A_great_ridge_leaves_the_mean()
    {
        double[][] inputs =
        [
            [1],
            [2],
            [3],
        ];

        Assert.Equal(20, Regression.Ridge(inputs, [10, 20, 30], 1e12).Of([3]), 1e-6);
    }

    [Fact]
    public void An_input_that_never_changes_gets_no_coefficient()
    {
        var rule = Regression.Ridge(
            [
                [1, 5],
                [2, 5],
                [3, 5],
            ],
            [1, 2, 3],
            1e-6
        );

        Assert.Equal(0, rule.Coefficients[1]);
        Assert.Equal(2, rule.Of([2, 99]), 4);
    }

    [Fact]
    public void A_heavy_case_pulls_the_rule_to_itself() =>
        Assert.Equal(
            10,
            Regression
                .Ridge(
                    [
                        [0],
                        [0],
                        [0],
                    ],
                    [0, 10, 0],
                    1,
                    [1e-9, 1, 1e-9]
                )
                .Of([0]),
            1e-6
        );
}
