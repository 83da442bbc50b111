using System.CommandLine;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models shadow</c>.</summary>
internal sealed class ShadowCommand(IConfiguration environment) : StorageCommand(environment)
{
    private readonly Argument<ModelId> _version = VersionArgument.Create();
    private readonly Option<bool> _remove = new("--remove") { Description = "End it" };

    protected override Command Describe() =>
        new(
            "shadow",
            "Has every miner on this storage run a model beside the one that answers: its forecasts are recorded, and nobody is answered "
                + "with them."
        )
        {
            _version,
            _remove,
        };

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        var id = parsed.GetValue(_version)!;
        if (parsed.GetValue(_remove))
        {
            report.ShowChoice(
                await storage.Choice.ChangeAsync(choice => choice.Shadows.Contains(id) ? choice.RemoveShadow(id) : null, ct)
                    ?? throw new RefusedException($"{id} is no shadow: bittbridge models list shows those that are.")
            );
            return;
        }

        if (await storage.CheckAsync(id, ct) != ModelKind.Model)
        {
            throw new RefusedException($"{id} is a calibration, which forecasts nothing: only a model can run as a shadow.");
        }

        report.ShowChoice(
            await storage.Choice.ChangeAsync(
                choice => choice.AddShadow(id) is { Shadows.Count: <= Deployment.MaxShadows } more ? more : null,
                ct
            )
                ?? throw new RefusedException(
                    $"There are {Deployment.MaxShadows} shadows already, and each costs every miner a run: end one with bittbridge "
                        + "models shadow NAME@VERSION --remove."
                )
        );
    }
}
