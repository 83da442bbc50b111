using System.Diagnostics.CodeAnalysis;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models.Packages;
using Bittbridge.Onnx;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Reads a model from a path: its folder, or its main file. Only the files of the model are read, so the folder may also hold training
/// data.
/// </summary>
public static class PackageReader
{
    /// <summary>The loaders of all models that a path may name. C# classes are not among them: only a running miner loads those.</summary>
    public static ModelLoaders Loaders { get; } = new(ModelLoaders.BuiltIn.Append(new OnnxLoader()));

    /// <summary>Whether a text is a path and not a model's name or URL: a name contains neither <c>/</c> nor <c>\</c>.</summary>
    public static bool IsPath(string text) => text.AsSpan().ContainsAny('/', '\\') && !HttpModelAddress.IsUrl(text);

    /// <summary>Reads the package.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="package">The package, without an id.</param>
    /// <param name="problem">Why the path can't be read as a model.</param>
    /// <param name="otherwise">The kind to assume for a file whose name does not tell its kind; null refuses such a file.</param>
    public static bool TryRead(
        string path,
        [NotNullWhen(true)] out ModelPackage? package,
        [NotNullWhen(false)] out FileProblem? problem,
        IModelLoader? otherwise = null
    )
    {
        if (!TryReadFirst(path, otherwise, out package, out var loader, out problem))
        {
            return false;
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(package.Files, StringComparer.Ordinal);
        var left = (int)PackageLimits.MaxBytes - files.Values.Sum(file => file.Length);
        foreach (var name in loader.OtherFiles(package, out _))
        {
            // Bounded: a file may be larger than memory, and devices and pipes have no length.
            if (!UserFile.TryReadBytes(Path.Combine(FolderOf(path), name), left, out var bytes, out problem))
            {
                problem =
                    problem.IsTooLarge
                        ? problem with
                        {
                            What = $"makes the model larger than {PackageLimits.MaxBytes / 1024 / 1024} MB",
                            Remedy = "export a smaller one",
                        }
                    : File.Exists(problem.Path) ? problem
                    : problem with { Remedy = MissingRemedy(loader) };
                return false;
            }

            files[name] = bytes;
            left -= bytes.Length;
        }

        package = package with { Files = files };
        return true;
    }

    /// <summary>
    /// Checks a path without loading its model. The fault is a clause that begins with "which" or "whose"; null if there is none.
    /// </summary>
    public static (string What, string Remedy)? Objection(string path)
    {
        if (!TryReadFirst(path, null, out var package, out var loader, out var problem))
        {
            var clause = problem.Path == path ? "which" : $"whose {Path.GetFileName(problem.Path)}";
            return ($"{clause} {problem.What}", problem.Remedy);
        }

        var others = loader.OtherFiles(package, out var sentence);
        return sentence is not null ? ($"whose {loader.FileName} can't be used ({sentence.TrimEnd('.')})", "correct it")
            : others.FirstOrDefault(name => !File.Exists(Path.Combine(FolderOf(path), name))) is { } missing
                ? ($"which has no file {Shown.Path(missing)}", MissingRemedy(loader))
            : null;
    }

    /// <summary>Reads only the file that tells the kind of the model.</summary>
    private static bool TryReadFirst(
        string path,
        IModelLoader? otherwise,
        [NotNullWhen(true)] out ModelPackage? package,
        [NotNullWhen(true)] out IModelLoader? loader,
        [NotNullWhen(false)] out FileProblem? problem
    )
    {
        (package, loader) = (null, null);
        var isFolder = Directory.Exists(path);
        if (!TryNames(path, isFolder, out var names, out problem))
        {
            return false;
        }

        var kinds = Loaders.For(names) is { Count: > 0 } known || otherwise is null || isFolder ? Loaders.For(names) : [otherwise];
        if (kinds is not [var kind])
        {
            problem = NotOne(path, isFolder, kinds);
            return false;
        }

        // Naming the main file of a model is the same as naming its folder.
        var isNamed = isFolder || Path.GetFileName(path) == kind.FileName;
        if (!UserFile.TryReadBytes(isFolder ? Path.Combine(path, kind.FileName) : path, UserFile.MaxJsonBytes, out var bytes, out problem))
        {
            return false;
        }

        loader = kind;
        package = new(Shown.Path(isNamed ? FolderOf(path) : path), new Dictionary<string, ReadOnlyMemory<byte>> { [kind.FileName] = bytes })
        {
            IsFile = !isNamed,
        };
        return true;
    }

    private static bool TryNames(string path, bool isFolder, out string[] names, [NotNullWhen(false)] out FileProblem? problem)
    {
        (names, problem) = ([], null);
        if (!isFolder)
        {
            names = [Path.GetFileName(path)];
            problem = File.Exists(path) ? null : new(path, "does not exist", "name the folder of a model, or its file");
            return problem is null;
        }

        try
        {
            names = [.. Directory.GetFiles(path).Select(file => Path.GetFileName(file))];
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = new(path, "may not be read", "give this user the right to read it, or name another") { IsFolder = true };
            return false;
        }
    }

    private static FileProblem NotOne(string path, bool isFolder, IReadOnlyList<IModelLoader> kinds)
    {
        var names = Loaders.All.Select(loader => loader.FileName).ToList();
        return kinds.Count > 0
                ? new(path, $"holds several models ({string.Join(", ", kinds.Select(kind => kind.FileName))})", "give each its own folder")
                {
                    IsFolder = true,
                }
            : isFolder && File.Exists(Path.Combine(path, ClassManifest.FileName))
                ? new(path, "holds a C# class", "push it with its own file: dotnet run my_model.cs -- push") { IsFolder = true }
            : isFolder
                ? new(path, "does not hold a model", $"put {string.Join(" or ", names)} into it, as docs/your-own-model.md shows")
                {
                    IsFolder = true,
                }
            : new(path, "has a name of no known kind of model", $"name it {string.Join(" or ", names)}");
    }

    private static string MissingRemedy(IModelLoader loader) => $"add it, or correct file in {loader.FileName}";

    private static string FolderOf(string path) => Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
}
