using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.Tests.Numerics;

public sealed class MinimisersTests
{
    [Fact]
    public void The_simplex_finds_the_bottom_of_a_bent_valley()
    {
        var (x, y, value) = NelderMead.Minimise(Rosenbrock, (-1.2, 1), 0.5, 1e-14, 1000);

        Assert.Equal(1, x, 1e-4);
        Assert.Equal(1, y, 1e-4);
        Assert.Equal(0, value, 1e-8);
    }

    [Fact]
    public void The_simplex_walks_around_where_the_function_is_not_defined() =>
        Assert.Equal(
            1,
            NelderMead.Minimise((x, y) => x <= 0 ? double.PositiveInfinity : x - Math.Log(x) + y * y, (3, 2), 1, 1e-12, 500).X,
            1e-4
        );

    [Fact]
    public void The_quasi_newton_search_finds_the_bottom_of_a_bent_valley_as_near_as_its_differences_let_it()
    {
        var found = LimitedMemoryBfgs.Minimise(at => Rosenbrock(at[0], at[1]), [-1.2, 1]);

        Assert.Equal(1, found[0], 0.01);
        Assert.Equal(1, found[1], 0.02);
    }

    [Fact]
    public void The_quasi_newton_search_leaves_a_bottom_where_it_is() =>
        Assert.Equal(
            [0d, 0],
            LimitedMemoryBfgs.Minimise(at => at[0] * at[0] * 1e-5 + at[1] * at[1] * 1e-5, [0, 0]),
            (a, b) => Math.Abs(a - b) < 1e-4
        );

    private static double Rosenbrock(double x, double y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}
