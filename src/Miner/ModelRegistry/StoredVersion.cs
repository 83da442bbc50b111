using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>What was found under a name and version: a whole package, or why there is none.</summary>
/// <param name="Manifest">Null where there is none that can be read.</param>
/// <param name="Package">Every file, each as its digest says; null with a <paramref name="Problem"/>.</param>
/// <param name="Problem">One sentence.</param>
public sealed record StoredVersion(ModelManifest? Manifest, ModelPackage? Package, string? Problem);
