namespace Bittbridge.Models.Forecasting;

/// <summary>The models of a miner, by name.</summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, IPredictionModel> _byName = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Two models have the same name.</exception>
    public ModelCatalog(IEnumerable<IPredictionModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        foreach (var model in models)
        {
            if (!_byName.TryAdd(model.Id.Name, model))
            {
                throw new ArgumentException(
                    $"Two models are named '{model.Id.Name}' ({_byName[model.Id.Name].GetType().Name} and {model.GetType().Name}): give "
                        + "one of them another name.",
                    nameof(models)
                );
            }
        }
    }

    /// <summary>Every name, in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The model of that name; null when there is none.</summary>
    public IPredictionModel? Find(string name) => _byName.GetValueOrDefault(name);
}
