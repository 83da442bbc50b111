using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>A displayed version.</summary>
internal sealed record VersionLine(
    string Id,
    string Kind,
    long Bytes,
    DateTimeOffset PushedAt,
    string? State,
    IReadOnlyList<ModelFile> Files
)
{
    public static VersionLine Of(ModelManifest manifest, Deployment choice) =>
        new(manifest.Id.ToString(), manifest.Kind, manifest.Bytes, manifest.PushedAt, StateOf(manifest.Id, choice), manifest.Files);

    private static string? StateOf(ModelId id, Deployment choice) =>
        choice.Active.Model == id || choice.Active.Calibration == id ? "active"
        : choice.Shadows.Contains(id) ? "shadow"
        : choice.Previous.Any(pair => pair.Model == id || pair.Calibration == id) ? "previous"
        : null;
}
