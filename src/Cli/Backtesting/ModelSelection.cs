using System.CommandLine;
using System.CommandLine.Parsing;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;
using Bittbridge.Models.Rates;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Finds the model that a command names: a built-in model, <c>linear</c>, which is fitted to the prices before the range, a file from
/// <c>bittbridge fit</c>, a folder with an ONNX model, the URL of a model that another program serves, or the model of the program that
/// runs the command. With offshore rates, <c>offshore-opening</c> is the default model moved at openings, and <c>offshore-opening.NAME</c>
/// another one.
/// </summary>
/// <param name="environment">The settings of the miner on this machine, for the token of a program that serves a model.</param>
/// <param name="own">The model of the program; null for the tool.</param>
internal sealed class ModelSelection(IConfiguration environment, OwnModel? own = null)
{
    /// <summary>The name of the program's model; null for the tool.</summary>
    public string? Own => own?.Name;

    private const string OpeningPrefix = OffshoreOpeningModel.Name + ".";

    /// <summary>The model of a command that names none.</summary>
    private string Default => Own ?? BuiltInModels.Default;

    /// <summary>The option for one model.</summary>
    public Option<string> Option() => new("--model") { Description = ForecastOptions.ModelDescription, DefaultValueFactory = _ => Default };

    /// <summary>The name of a model that moves another one at openings.</summary>
    public static string OpeningOf(string? name) => name is null ? OffshoreOpeningModel.Name : OpeningPrefix + name;

    /// <summary>The model that the command names, or the default: with offshore rates, the one that uses them.</summary>
    public string NameIn(SymbolResult command, Option<string> option) =>
        command.GetResult(option) is { Implicit: false } ? command.GetValue(option)!
        : command.GetValue(ForecastOptions.Rates) is null ? Default
        : OpeningOf(Own);

    /// <summary>Fits the linear model to the prices before the range; null, with the reason, if that fails.</summary>
    public static LinearModelParameters? Fitted(PriceHistory before, out string? reason)
    {
        var parameters = LinearModelFitter.Fit(before, "backtest", "the prices before the range");
        reason = parameters is null ? "there are too few of them" : parameters.Problem();
        return reason is null ? parameters : null;
    }

    /// <summary>Why this name is unknown; null if something has the name, whether or not it can be used.</summary>
    /// <param name="name">The name as typed.</param>
    /// <param name="hasRates">Whether the command has offshore rates.</param>
    public string? Objection(string name, bool hasRates) =>
        InnerOf(name) is not { } inner ? Objection(name)
        : hasRates ? Objection(inner)
        : $"The model {Shown.PathValue(name)} needs offshore rates: name a file of them with --rates, or the model "
            + $"{Shown.PathValue(inner)}.";

    private string? Objection(string name) =>
        HttpModelAddress.IsUrl(name) ? ServedModel.Objection(name, environment)
        : IsFile(name) || name == LinearModel.Name || name == Own || BuiltIn.Find(name) is not null ? null
        : $"There is no model {Shown.PathValue(name)}: name one of {string.Join(", ", Names)}, a file "
            + "that 'bittbridge fit' made, the folder of a model, or the URL of one.";

    /// <param name="name">A known name or path.</param>
    /// <param name="before">The prices before the range.</param>
    /// <param name="rates">The offshore rates; null without.</param>
    /// <exception cref="UsageException">The model can't be used.</exception>
    public IPredictionModel Find(string name, PriceHistory before, RateHistory? rates) =>
        rates is not null && InnerOf(name) is { } inner ? OffshoreOpeningModel.Of(Find(inner, before), () => rates) : Find(name, before);

    private IPredictionModel Find(string name, PriceHistory before) =>
        HttpModelAddress.IsUrl(name) ? ServedModel.Create(name, environment)
        : IsFile(name) ? Load(name)
        : name == Own ? own!.Create()
        : BuiltIn.Find(name) is { } model ? model
        : Fitted(before, out var reason) is { } parameters ? new LinearModel(parameters)
        : throw new UsageException(
            $"The model {name} can't be fitted to the prices before the range ({reason}): move --from to a later time, or name a file "
                + "that 'bittbridge fit' made."
        );

    private static ModelCatalog BuiltIn => new(BuiltInModels.Create());

    private IEnumerable<string> Names =>
        BuiltIn.Names.Concat(Own is null ? [] : [Own]).Order(StringComparer.Ordinal).Append(LinearModel.Name);

    /// <summary>The name of the model that is moved at openings; null if the name is of another kind.</summary>
    private string? InnerOf(string name) =>
        name == Own ? null
        : name == OffshoreOpeningModel.Name ? BuiltInModels.Default
        : name.StartsWith(OpeningPrefix, StringComparison.Ordinal) && !IsFile(name) ? name[OpeningPrefix.Length..]
        : null;

    private static bool IsFile(string name) =>
        name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || (PackageReader.IsPath(name) && Directory.Exists(name));

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

/// <summary>The model of a program that runs the commands.</summary>
/// <param name="Name">Its name, not that of a built-in model.</param>
/// <param name="Create">Creates it.</param>
/// <param name="Services">The services that its constructor may take.</param>
internal sealed record OwnModel(string Name, Func<IPredictionModel> Create, IServiceProvider Services);
