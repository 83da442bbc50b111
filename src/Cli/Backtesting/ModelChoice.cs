using Bittbridge.Miner;
using Bittbridge.Models;
using Bittbridge.Onnx;

namespace Bittbridge.Cli.Backtesting;

/// <summary>Finds the model that a command names: a built-in one, <c>linear</c>, which is fitted to the prices before the stretch, a file that <c>bittbridge fit</c> made, or a folder with an ONNX model.</summary>
internal static class ModelChoice
{
    /// <param name="name">A name or a path that ends in .json.</param>
    /// <param name="before">The prices before the stretch.</param>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static IPredictionModel Find(string name, PriceHistory before)
    {
        if (OnnxFolder.IsPath(name) && Directory.Exists(name))
        {
            return OnnxFolder.TryLoad(name, out var model, out var fault) ? model : throw new UsageException(fault);
        }

        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var parameters = LinearModelParameters.FromJson(InputFile.Read(new(name)), out var problem);
            return parameters is null ? throw new UsageException($"The file {name} is no linear model ({problem}): make one with 'bittbridge fit'.") : new LinearModel(parameters);
        }

        if (name == LinearModel.Name)
        {
            return LinearModelFitter.Fit(before, "backtest", "the prices before the stretch") is { } parameters
                ? new LinearModel(parameters)
                : throw new UsageException($"There are too few prices before the stretch to fit the model {name} to: move --from to a later time, or name a file that 'bittbridge fit' made.");
        }

        var registry = new ModelRegistry(BuiltInModels.Create());
        return registry.Find(name) ?? throw new UsageException($"There is no model {Shown.PathValue(name)}: name one of {string.Join(", ", registry.Names.Append(LinearModel.Name))}, a file that 'bittbridge fit' made, or a folder with a model.json.");
    }
}
