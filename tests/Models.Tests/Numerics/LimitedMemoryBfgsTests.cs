using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.Tests.Numerics;

public sealed class LimitedMemoryBfgsTests
{
    [Fact]
    public void The_quasi_newton_search_finds_the_bottom_of_a_bent_valley_as_near_as_its_differences_let_it()
    {
        var found = LimitedMemoryBfgs.Minimize(Each(at => Rosenbrock(at[0], at[1])), [-1.2, 1]);

        Assert.Equal(1, found[0], 0.01);
        Assert.Equal(1, found[1], 0.02);
    }

    [Fact]
    public void The_quasi_newton_search_leaves_a_bottom_where_it_is() =>
        Assert.Equal(
            [0d, 0],
            LimitedMemoryBfgs.Minimize(Each(at => at[0] * at[0] * 1e-5 + at[1] * at[1] * 1e-5), [0, 0]),
            (a, b) => Math.Abs(a - b) < 1e-4
        );

    private static double Rosenbrock(double x, double y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);

    private static LimitedMemoryBfgs.Values Each(Func<double[], double> function) =>
        (points, values) =>
        {
            for (var i = 0; i < points.Length; i++)
            {
                values[i] = function(points[i]);
            }
        };
}
