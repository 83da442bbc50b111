namespace Bittbridge.Models.Testing;

/// <summary>
/// What a miner may rely on in a model, checked: one line in a test of any framework, <c>ModelConformance.Check(new MyModel())</c>. The
/// model is initialized, asked some hundred times with made prices and cleaned up, so it is one made for the check.
/// </summary>
public static class ModelConformance
{
    /// <summary>Returns where the model keeps the contract.</summary>
    /// <param name="model">A model that was not initialized yet.</param>
    /// <param name="terms">Prices and limits; null for the usual ones.</param>
    /// <exception cref="ModelConformanceException">It breaks a rule; the message names each broken rule and says how.</exception>
    public static void Check(IPredictionModel model, ConformanceOptions? terms = null)
    {
        if (Examine(model, terms) is { IsKept: false } report)
        {
            throw new ModelConformanceException(report.ToString());
        }
    }

    /// <summary>As <see cref="Check"/>, with the result as a value.</summary>
    /// <exception cref="ArgumentException">The terms' prices are too few.</exception>
    public static ConformanceReport Examine(IPredictionModel model, ConformanceOptions? terms = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        terms ??= new();
        return terms.Prices.Count >= ConformanceOptions.MinPrices
            ? new ConformanceSuite(model, terms).Run()
            : throw new ArgumentException(
                $"The prices of the terms are {terms.Prices.Count}: give at least {ConformanceOptions.MinPrices}.",
                nameof(terms)
            );
    }
}
