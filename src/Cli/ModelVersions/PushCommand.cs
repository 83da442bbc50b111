using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models push</c>.</summary>
internal sealed class PushCommand(IConfiguration environment) : StorageCommand(environment)
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "The model's folder, or its file: model.json, linear.json or calibration.json",
    };
    private readonly Argument<ModelId> _version = VersionArgument.Create();

    protected override Command Describe()
    {
        var command = new Command(
            "push",
            "Loads a model or a calibration as a miner would and stores it. A version never changes: push different content as another "
                + "version."
        )
        {
            _path,
            _version,
        };
        command.Demand(result => UserPackage.Objection(result.GetValue(_path)!));
        return command;
    }

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        var id = parsed.GetValue(_version)!;
        if (BuiltInModels.Has(id.Name))
        {
            throw new RefusedException($"{id.Name} is the name of a built-in model: choose another.");
        }

        var path = parsed.GetValue(_path)!;
        // On another thread, so that a signal ends the command even while it reads a pipe.
        var package = await Task.Run(() => UserPackage.Read(path), CancellationToken.None).WaitAsync(ct) with
        {
            Id = id,
        };
        await ModelStorage.CheckAsync(package, ct);
        report.ShowPushed(
            await storage.Versions.PushAsync(package, PackageReader.Loaders.For([.. package.Files.Keys])[0].Kind, ct)
                ?? throw new RefusedException(
                    $"{id} is already stored with different content, and a version never changes: push this one as another version."
                )
        );
    }
}
