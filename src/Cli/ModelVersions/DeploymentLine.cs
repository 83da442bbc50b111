using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The displayed deployment; a null model is the one of the setting.</summary>
internal sealed record DeploymentLine(
    string? Model,
    string? Calibration,
    IReadOnlyList<string> Shadows,
    IReadOnlyList<string> Previous,
    IReadOnlyList<VersionLine>? Versions
)
{
    public static DeploymentLine Of(Deployment choice, IReadOnlyList<ModelManifest>? versions) =>
        new(
            choice.Active.Model?.ToString(),
            choice.Active.Calibration?.ToString(),
            [.. choice.Shadows.Select(shadow => shadow.ToString())],
            [.. choice.Previous.Select(pair => pair.ToString())],
            versions is null ? null : [.. versions.Select(manifest => VersionLine.Of(manifest, choice))]
        );
}
