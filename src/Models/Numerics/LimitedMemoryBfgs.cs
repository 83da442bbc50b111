namespace Bittbridge.Models.Numerics;

/// <summary>
/// L-BFGS [Liu and Nocedal 1989] as in L-BFGS-B 3.0 without bounds [Zhu, Byrd, Lu and Nocedal 1997], with forward differences: step by step
/// the same as SciPy's <c>fmin_l_bfgs_b</c>, so that a fit that stops early stops where the reference stops.
/// </summary>
internal static class LimitedMemoryBfgs
{
    private const int Memory = 12;
    private const int MaxIterations = 50;
    private const int MaxSearchEvaluations = 20;
    private const double FlatSlope = 1e-8;
    private const double Difference = 1e-5;
    private const double Epsilon = 2.220446049250313e-16;
    private const double MinGain = 100 * Epsilon;

    /// <summary>Evaluates a function at several points: the values in the order of the points.</summary>
    public delegate void Values(ReadOnlySpan<double[]> points, Span<double> values);

    /// <summary>Minimizes from a start and returns the end point.</summary>
    /// <param name="function">Called with a point and its forward difference in each coordinate, to evaluate them together.</param>
    /// <param name="start">The start.</param>
    public static double[] Minimize(Values function, double[] start)
    {
        var pairs = new List<(double[] Moved, double[] Turned, double Product)>();
        var at = (double[])start.Clone();
        double[][] points = [at, .. at.Select(_ => new double[at.Length])];
        var (value, slope) = Evaluate(function, at, points);
        for (var iteration = 0; iteration < MaxIterations && slope.Max(Math.Abs) > FlatSlope; )
        {
            var direction = Direction(slope, pairs);
            var along = Dot(slope, direction);
            var found =
                along < 0
                    ? Search(
                        function,
                        points,
                        at,
                        value,
                        direction,
                        along,
                        iteration == 0 ? Math.Min(1 / Math.Sqrt(Dot(direction, direction)), 1e10) : 1
                    )
                    : null;
            if (found is not { } next)
            {
                if (pairs.Count == 0)
                {
                    break;
                }

                pairs.Clear();
                continue;
            }

            iteration++;
            var gain = value - next.Value;
            var enough = MinGain * Math.Max(Math.Max(Math.Abs(value), Math.Abs(next.Value)), 1);
            var turned = next.Slope.Zip(slope, (now, before) => now - before).ToArray();
            var moved = direction.Select(d => d * next.Step).ToArray();
            var product = (Dot(next.Slope, direction) - along) * next.Step;
            (at, value, slope) = (next.At, next.Value, next.Slope);
            if (gain <= enough)
            {
                break;
            }

            if (product > Epsilon * -along * next.Step)
            {
                if (pairs.Count == Memory)
                {
                    pairs.RemoveAt(0);
                }

                pairs.Add((moved, turned, product));
            }
        }

        return at;
    }

    private static (double[] At, double Value, double[] Slope, double Step)? Search(
        Values function,
        double[][] points,
        double[] from,
        double value,
        double[] direction,
        double along,
        double firstStep
    )
    {
        var search = new MoreThuente(value, along, firstStep);
        for (var evaluation = 0; evaluation < MaxSearchEvaluations; evaluation++)
        {
            var step = search.Step;
            var at = from.Zip(direction, (x, d) => step == 1 ? x + d : step * d + x).ToArray();
            var (valueAt, slope) = Evaluate(function, at, points);
            if (search.Tell(valueAt, Dot(slope, direction)))
            {
                return (at, valueAt, slope, step);
            }
        }

        return null;
    }

    private static double[] Direction(double[] slope, List<(double[] Moved, double[] Turned, double Product)> pairs)
    {
        var direction = slope.Select(s => -s).ToArray();
        if (pairs.Count == 0)
        {
            return direction;
        }

        var shares = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            shares[i] = Dot(pairs[i].Moved, direction) / pairs[i].Product;
            Add(direction, -shares[i], pairs[i].Turned);
        }

        var newest = pairs[^1];
        var scale = newest.Product / Dot(newest.Turned, newest.Turned);
        for (var k = 0; k < direction.Length; k++)
        {
            direction[k] *= scale;
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            Add(direction, shares[i] - Dot(pairs[i].Turned, direction) / pairs[i].Product, pairs[i].Moved);
        }

        return direction;
    }

    private static (double Value, double[] Slope) Evaluate(Values function, double[] at, double[][] points)
    {
        points[0] = at;
        for (var k = 0; k < at.Length; k++)
        {
            at.CopyTo(points[k + 1], 0);
            points[k + 1][k] += Difference;
        }

        Span<double> values = stackalloc double[points.Length];
        function(points, values);
        var slope = new double[at.Length];
        for (var k = 0; k < at.Length; k++)
        {
            slope[k] = (values[k + 1] - values[0]) / (points[k + 1][k] - at[k]);
        }

        return (values[0], slope);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0d;
        for (var k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }

    private static void Add(double[] to, double factor, double[] what)
    {
        for (var k = 0; k < to.Length; k++)
        {
            to[k] += factor * what[k];
        }
    }
}
