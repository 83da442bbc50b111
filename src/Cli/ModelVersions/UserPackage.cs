using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models.Packages;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The model that a command line names by a path.</summary>
internal static class UserPackage
{
    /// <summary>Why there is nothing at a path; null where there is.</summary>
    public static string? Objection(string path) =>
        Path.Exists(path) ? null : $"There is no file or folder {Shown.PathValue(path)}: name the folder of the model, or its file.";

    /// <exception cref="RefusedException">There is no model that can be read.</exception>
    public static ModelPackage Read(string path) =>
        PackageReader.TryRead(path, out var package, out var problem) ? package : throw new RefusedException(problem.ToString());

    /// <exception cref="RefusedException">The files can't be used.</exception>
    public static PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        var content = PackageReader.Loaders.Load(package, ct);
        return content.Problem is { } problem ? throw new RefusedException(problem) : content;
    }
}
