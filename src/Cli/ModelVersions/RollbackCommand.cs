using System.CommandLine;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models rollback</c>.</summary>
internal sealed class RollbackCommand(IConfiguration environment) : StorageCommand(environment)
{
    protected override Command Describe() =>
        new("rollback", "Activates the version that was active before. Run it again to go back further.");

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        if ((await storage.Deployment.ReadAsync(ct)).RollBack() is not { } wanted)
        {
            throw Nothing();
        }

        foreach (var id in new[] { wanted.Active.Model, wanted.Active.Calibration }.OfType<ModelId>())
        {
            await storage.CheckAsync(id, ct);
        }

        // Only one step from the version that was checked: a concurrent rollback would otherwise make it two.
        report.ShowChoice(
            await storage.Deployment.ChangeAsync(choice => choice.RollBack() is { } back && back.Active == wanted.Active ? back : null, ct)
                ?? throw new RefusedException(
                    "The active version was changed at the same time: see bittbridge models list, then decide again."
                )
        );
    }

    private static RefusedException Nothing() =>
        new(
            "There is no earlier version: nothing was activated before. Miners use the model of their setting Model until a "
                + "version is activated."
        );
}
