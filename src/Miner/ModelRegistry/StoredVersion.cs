using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>What storage holds for a name and version: a whole package, or the reason why it is unusable.</summary>
/// <param name="Manifest">Null when it is missing or unreadable.</param>
/// <param name="Package">Every file, each as its digest says; null with a <paramref name="Problem"/>.</param>
/// <param name="Problem">One sentence.</param>
public sealed record StoredVersion(ModelManifest? Manifest, ModelPackage? Package, string? Problem);
