namespace Bittbridge.Models;

/// <summary>
/// What a miner may rely on in a model, checked: one line in a test of any framework, <c>ModelContract.Check(new MyModel())</c>. The model is initialised, asked some hundred times with
/// made prices and cleaned up, so it is one made for the check.
/// </summary>
public static class ModelContract
{
    /// <summary>Returns where the model keeps the contract.</summary>
    /// <param name="model">A model that was not initialised yet.</param>
    /// <param name="terms">Prices and limits; null for the usual ones.</param>
    /// <exception cref="ModelContractException">It breaks a clause; the message names each and says how.</exception>
    public static void Check(IPredictionModel model, ContractTerms? terms = null)
    {
        if (Examine(model, terms) is { IsKept: false } report)
        {
            throw new ModelContractException(report.ToString());
        }
    }

    /// <summary>As <see cref="Check"/>, with the result as a value.</summary>
    /// <exception cref="ArgumentException">The terms' prices are too few.</exception>
    public static ContractReport Examine(IPredictionModel model, ContractTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        terms ??= new();
        return terms.Prices.Count >= ContractTerms.FewestPrices
            ? new ContractExamination(model, terms).Run()
            : throw new ArgumentException($"The prices of the terms are {terms.Prices.Count}: give at least {ContractTerms.FewestPrices}.", nameof(terms));
    }
}
