using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Forecasting;
using Bittbridge.Onnx;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Finds the model that a command names: a built-in one, <c>linear</c>, which is fitted to the prices before the stretch, a file that
/// <c>bittbridge fit</c> made, or a folder with an ONNX model.
/// </summary>
internal static class ModelSelection
{
    /// <summary>The linear model of the prices before the stretch; null, with the reason, where they give none.</summary>
    public static LinearModelParameters? Fitted(PriceHistory before, out string? reason)
    {
        var parameters = LinearModelFitter.Fit(before, "backtest", "the prices before the stretch");
        reason = parameters is null ? "there are too few of them" : parameters.Problem();
        return reason is null ? parameters : null;
    }

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
            return parameters is null
                ? throw new UsageException($"The file {name} is no linear model ({problem}): make one with 'bittbridge fit'.")
                : new LinearModel(parameters);
        }

        if (name == LinearModel.Name)
        {
            return Fitted(before, out var reason) is { } parameters
                ? new LinearModel(parameters)
                : throw new UsageException(
                    $"The model {name} can't be fitted to the prices before the stretch ({reason}): move --from to a later time, or name "
                        + "a file that 'bittbridge fit' made."
                );
        }

        var registry = new ModelCatalog(BuiltInModels.Create());
        return registry.Find(name)
            ?? throw new UsageException(
                $"There is no model {Shown.PathValue(name)}: name one of {string.Join(", ", registry.Names.Append(LinearModel.Name))}, a "
                    + $"file that 'bittbridge fit' made, or a folder with a model.json."
            );
    }
}
