using System.CommandLine;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models activate</c>.</summary>
internal sealed class ActivateCommand(IConfiguration environment) : StorageCommand(environment)
{
    private readonly Argument<ModelId> _version = VersionArgument.Create();

    protected override Command Describe() =>
        new(
            "activate",
            "Makes every miner on this storage use a model, or a calibration for its intervals, within half a minute and without a "
                + "restart."
        )
        {
            _version,
        };

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        var id = parsed.GetValue(_version)!;
        var kind = await storage.CheckAsync(id, ct);
        var choice = await storage.Deployment.ChangeAsync(
            before =>
                before.Activate(kind == ModelKind.Model ? before.Active with { Model = id } : before.Active with { Calibration = id }),
            ct
        );
        report.ShowChoice(choice!);
    }
}
