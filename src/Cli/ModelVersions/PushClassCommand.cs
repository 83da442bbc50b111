using System.CommandLine;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Local;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.Packages;
using Bittbridge.Models.Testing;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>push</c> of a model that is a C# class: signs it, checks it and stores it (docs/decisions/0011).</summary>
internal sealed class PushClassCommand(IConfiguration environment, OwnModel own) : StorageCommand(environment)
{
    private readonly SigningOptions _key = new("the default with --local");

    protected override Command Describe()
    {
        var command = new Command(
            "push",
            "Checks the model, signs it and stores it. Miners on that storage run it if their setting ModelSigners names the signer. A "
                + "version never changes: give other code another version in the Id."
        );
        _key.AddTo(command);
        command.Demand(result =>
            _key.IsGiven(result) || result.GetValue(LocalMiner.Option)
                ? null
                : "A miner runs only a class that is signed: name the key with --hotkey-file FILE."
        );
        return command;
    }

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        var (id, type) = Named();
        var files = ClassFiles.Of(type.Assembly.Location);
        using var key = _key.Read(parsed);
        var package = ClassManifest.Sign(id, type.FullName!, Path.GetFileName(type.Assembly.Location), files, key);

        // On another thread, so that a signal ends the command even if the model blocks.
        await Task.Run(() => Check(package, key.PublicKey), CancellationToken.None).WaitAsync(ct);
        report.ShowPushed(
            await StoredAsync(storage, package, ct)
                ?? await storage.Versions.PushAsync(package, "class", ct)
                ?? throw new RefusedException(
                    $"{id} is already stored with different content, and a version never changes: give this one another version in its Id."
                )
        );
        if (!SettingsReader.Examine(Settings).Settings.ModelSigners.Contains(key.PublicKey))
        {
            report.ShowSigner(key.Address);
        }
    }

    private (ModelId Id, Type Type) Named()
    {
        var model = own.Create();
        return (model.Id, model.GetType());
    }

    /// <summary>Loads the package as a miner does and runs the conformance suite on it.</summary>
    private void Check(ModelPackage package, PublicKey signer)
    {
        var content = new ModelLoaders([new ClassLoader([signer], own.Services)]).Load(package);
        var model = content.Model ?? throw new RefusedException(content.Problem!);
        var report = ModelConformance.Examine(model);
        if (!report.IsKept)
        {
            throw new RefusedException(
                string.Join(
                    Environment.NewLine,
                    report.Broken.Select(broken => $"{report.Model} breaks the contract, so it is not pushed: {broken.Sentence}")
                )
            );
        }
    }

    /// <summary>The same class by the same signer, if it is stored: a signature has random bits, so its bytes differ.</summary>
    private static async Task<ModelManifest?> StoredAsync(ModelStorage storage, ModelPackage package, CancellationToken ct)
    {
        var stored = await storage.Versions.ReadAsync(package.Id!, ct);
        return
            stored.Package is { } there
            && there.Files.ContainsKey(ClassManifest.FileName)
            && ClassManifest.TryVerify(there, signers: null, out var before, out _)
            && ClassManifest.TryVerify(package, signers: null, out var now, out _)
            && before.Signer == now.Signer
            && before.Message.AsSpan().SequenceEqual(now.Message)
            ? stored.Manifest
            : null;
    }
}
