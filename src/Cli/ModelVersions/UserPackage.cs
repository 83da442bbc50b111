using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models.Packages;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>Reads the model at a path on the command line.</summary>
internal static class UserPackage
{
    /// <summary>A sentence if nothing exists at the path; otherwise null.</summary>
    public static string? Objection(string path) =>
        Path.Exists(path) ? null : $"There is no file or folder {Shown.PathValue(path)}: name the folder of the model, or its file.";

    /// <exception cref="RefusedException">The model can't be read.</exception>
    public static ModelPackage Read(string path) =>
        PackageReader.TryRead(path, out var package, out var problem) ? package : throw new RefusedException(problem.ToString());

    /// <exception cref="RefusedException">The model can't be loaded.</exception>
    public static PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        var content = PackageReader.Loaders.Load(package, ct);
        return content.Problem is { } problem ? throw new RefusedException(problem) : content;
    }
}
