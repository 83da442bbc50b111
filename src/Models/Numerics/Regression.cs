namespace Bittbridge.Models.Numerics;

/// <summary>A linear function of standardized inputs: <c>Intercept + Σ Coefficients · (input - Means) / Deviations</c>.</summary>
internal sealed record Regression(double[] Means, double[] Deviations, double[] Coefficients, double Intercept)
{
    /// <summary>
    /// Weighted ridge regression [Hoerl and Kennard 1970]: minimizes Σ w (y - rule)² + lambda Σ coefficient². Inputs are standardized to
    /// mean 0 and standard deviation 1 (a constant input gets no coefficient), the intercept is not penalized, and Cholesky decomposition
    /// solves the normal equations.
    /// </summary>
    /// <param name="inputs">One row per case.</param>
    /// <param name="outputs">One value per case.</param>
    /// <param name="lambda">Above zero.</param>
    /// <param name="weights">One weight per case, above zero; empty for equal weights.</param>
    public static Regression Ridge(
        IReadOnlyList<double[]> inputs,
        IReadOnlyList<double> outputs,
        double lambda,
        ReadOnlySpan<double> weights = default
    )
    {
        var width = inputs[0].Length;
        var (means, deviations) = Scale(inputs, width);
        var (matrix, right, row) = (new double[width + 1, width + 1], new double[width + 1], new double[width + 1]);
        for (var i = 0; i < inputs.Count; i++)
        {
            row[width] = 1;
            for (var a = 0; a < width; a++)
            {
                row[a] = (inputs[i][a] - means[a]) / deviations[a];
            }

            var weight = weights.IsEmpty ? 1 : weights[i];
            for (var a = 0; a <= width; a++)
            {
                right[a] += weight * row[a] * outputs[i];
                for (var b = 0; b <= a; b++)
                {
                    matrix[a, b] += weight * row[a] * row[b];
                }
            }
        }

        for (var a = 0; a < width; a++)
        {
            matrix[a, a] += lambda;
        }

        Solve(matrix, right);
        return new(means, deviations, right[..width], right[width]);
    }

    public double Of(ReadOnlySpan<double> input)
    {
        var sum = Intercept;
        for (var a = 0; a < Coefficients.Length; a++)
        {
            sum += Coefficients[a] * (input[a] - Means[a]) / Deviations[a];
        }

        return sum;
    }

    private static (double[] Means, double[] Deviations) Scale(IReadOnlyList<double[]> inputs, int width)
    {
        var (means, deviations) = (new double[width], new double[width]);
        for (var a = 0; a < width; a++)
        {
            means[a] = inputs.Average(input => input[a]);
            var deviation = Math.Sqrt(inputs.Average(input => (input[a] - means[a]) * (input[a] - means[a])));
            deviations[a] = deviation > 1e-12 * (1 + Math.Abs(means[a])) ? deviation : 1;
        }

        return (means, deviations);
    }

    /// <summary>Solves a symmetric positive definite system, given by its lower triangle, in place.</summary>
    private static void Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        for (var a = 0; a < size; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var sum = matrix[a, b];
                for (var c = 0; c < b; c++)
                {
                    sum -= matrix[a, c] * matrix[b, c];
                }

                matrix[a, b] = a == b ? Math.Sqrt(sum) : sum / matrix[b, b];
            }
        }

        for (var a = 0; a < size; a++)
        {
            for (var c = 0; c < a; c++)
            {
                right[a] -= matrix[a, c] * right[c];
            }

            right[a] /= matrix[a, a];
        }

        for (var a = size - 1; a >= 0; a--)
        {
            for (var c = a + 1; c < size; c++)
            {
                right[a] -= matrix[c, a] * right[c];
            }

            right[a] /= matrix[a, a];
        }
    }
}
