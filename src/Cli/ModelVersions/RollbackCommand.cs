using System.CommandLine;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models rollback</c>.</summary>
internal sealed class RollbackCommand(IConfiguration environment) : StorageCommand(environment)
{
    protected override Command Describe() => new("rollback", "Goes back to what was active before; once more, to what was before that.");

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        if ((await storage.Choice.ReadAsync(ct)).RollBack() is not { } wanted)
        {
            throw Nothing();
        }

        foreach (var id in new[] { wanted.Active.Model, wanted.Active.Calibration }.OfType<ModelId>())
        {
            await storage.CheckAsync(id, ct);
        }

        // One step from where it was checked: somebody else may have gone back meanwhile, and twice would be too far.
        report.ShowChoice(
            await storage.Choice.ChangeAsync(choice => choice.RollBack() is { } back && back.Active == wanted.Active ? back : null, ct)
                ?? throw new RefusedException(
                    "Somebody else changed what is active at the same time: look with bittbridge models list, then decide again."
                )
        );
    }

    private static RefusedException Nothing() =>
        new(
            "There is nothing to go back to: nothing was activated before. Miners answer with what their setting Model says until a "
                + "version is activated."
        );
}
