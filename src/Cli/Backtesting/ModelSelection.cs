using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;

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

    /// <param name="name">A name, a path that ends in .json, or the path of a folder.</param>
    /// <param name="before">The prices before the stretch.</param>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static IPredictionModel Find(string name, PriceHistory before)
    {
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || (PackageReader.IsPath(name) && Directory.Exists(name)))
        {
            return Load(name);
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

    private static IPredictionModel Load(string path)
    {
        if (!PackageReader.TryRead(path, out var package, out var unread, otherwise: new LinearModelLoader()))
        {
            throw new UsageException(unread.ToString());
        }

        var content = PackageReader.Loaders.Load(package);
        return content.Model
            ?? throw new UsageException(content.Problem ?? $"{Shown.PathValue(path)} holds a calibration: name it with --calibration.");
    }
}
