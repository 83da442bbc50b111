using System.CommandLine;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models shadow</c>.</summary>
internal sealed class ShadowCommand(IConfiguration environment) : StorageCommand(environment)
{
    private readonly Argument<ModelId> _version = VersionArgument.Create();
    private readonly Option<bool> _remove = new("--remove") { Description = "Stop running it as a shadow" };

    protected override Command Describe() =>
        new(
            "shadow",
            "Makes every miner on this storage run a model as a shadow: after each answer it forecasts too, and its forecasts are only "
                + "recorded."
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
                await storage.Deployment.ChangeAsync(choice => choice.Shadows.Contains(id) ? choice.RemoveShadow(id) : null, ct)
                    ?? throw new RefusedException($"{id} is not a shadow: bittbridge models list shows the shadows.")
            );
            return;
        }

        if (await storage.CheckAsync(id, ct) != ModelKind.Model)
        {
            throw new RefusedException($"{id} is a calibration: only a model can run as a shadow.");
        }

        report.ShowChoice(
            await storage.Deployment.ChangeAsync(
                choice => choice.AddShadow(id) is { Shadows.Count: <= Deployment.MaxShadows } more ? more : null,
                ct
            )
                ?? throw new RefusedException(
                    $"There are {Deployment.MaxShadows} shadows already, the maximum: remove one with bittbridge "
                        + "models shadow NAME@VERSION --remove."
                )
        );
    }
}
