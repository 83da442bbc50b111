namespace Bittbridge.Models.Numerics;

/// <summary>
/// The downhill simplex of [Nelder and Mead 1965] in two dimensions: needs no derivative, and walks along the flat ridges of a likelihood.
/// </summary>
internal static class NelderMead
{
    /// <summary>The lowest point that is found from a start, and its value.</summary>
    /// <param name="function">What is minimised; infinite where it is not defined.</param>
    /// <param name="start">Where the search starts.</param>
    /// <param name="size">The side of the first simplex.</param>
    /// <param name="tolerance">The search ends when the values at the corners differ by less.</param>
    /// <param name="steps">And after so many steps at the latest.</param>
    public static (double X, double Y, double Value) Minimise(
        Func<double, double, double> function,
        (double X, double Y) start,
        double size,
        double tolerance,
        int steps
    )
    {
        Span<(double X, double Y, double Value)> corners = [At(start.X, start.Y), At(start.X + size, start.Y), At(start.X, start.Y + size)];
        for (var step = 0; step < steps; step++)
        {
            corners.Sort((a, b) => a.Value.CompareTo(b.Value));
            var (best, middle, worst) = (corners[0], corners[1], corners[2]);
            if (worst.Value - best.Value < tolerance && Math.Abs(worst.X - best.X) + Math.Abs(worst.Y - best.Y) < 1e-3)
            {
                break;
            }

            var reflected = Along(-1);
            if (reflected.Value < best.Value)
            {
                var expanded = Along(-2);
                corners[2] = expanded.Value < reflected.Value ? expanded : reflected;
            }
            else if (reflected.Value < middle.Value)
            {
                corners[2] = reflected;
            }
            else if (
                Along(reflected.Value < worst.Value ? -0.5 : 0.5) is var contracted
                && contracted.Value < Math.Min(reflected.Value, worst.Value)
            )
            {
                corners[2] = contracted;
            }
            else
            {
                corners[1] = At((best.X + middle.X) / 2, (best.Y + middle.Y) / 2);
                corners[2] = At((best.X + worst.X) / 2, (best.Y + worst.Y) / 2);
            }

            // From the middle of the two better corners: 1 is the worst corner, -1 its mirror image.
            (double X, double Y, double Value) Along(double t) =>
                At(
                    (best.X + middle.X) / 2 + t * (worst.X - (best.X + middle.X) / 2),
                    (best.Y + middle.Y) / 2 + t * (worst.Y - (best.Y + middle.Y) / 2)
                );
        }

        corners.Sort((a, b) => a.Value.CompareTo(b.Value));
        return corners[0];

        (double X, double Y, double Value) At(double x, double y) => (x, y, function(x, y));
    }
}
