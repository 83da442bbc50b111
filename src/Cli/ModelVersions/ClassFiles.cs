using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The files of a class that a miner does not have: its assembly and symbols, and its own dependencies.</summary>
internal static class ClassFiles
{
    /// <param name="assembly">The path of the assembly with the class, with its <c>.deps.json</c> beside it.</param>
    /// <exception cref="RefusedException">The class can't be pushed.</exception>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Of(string assembly)
    {
        var (name, folder) = (Path.GetFileName(assembly), Path.GetDirectoryName(assembly) ?? "");
        var libraries = Read(Path.ChangeExtension(assembly, ".deps.json"));
        var root =
            libraries.FirstOrDefault(library => library.Assemblies.Contains(name))
            ?? throw new RefusedException($"The class is not in {name}, the program that was started: put it there.");
        var ofMiners = Reachable(libraries, "Bittbridge.Miner", _ => true).Select(library => library.Name).ToHashSet();
        var own = Reachable(libraries, root.Name, other => !IsOurs(other) && !ofMiners.Contains(other)).ToList();
        if (own.FirstOrDefault(library => library.IsForPlatforms) is { } native)
        {
            throw new RefusedException(
                $"{native.Name} has files for single platforms, such as native libraries, which a pushed class can't bring: add the class "
                    + "to the miner that you deploy, as docs/your-own-model.md shows."
            );
        }

        var names = own.SelectMany(library => library.Assemblies).ToList();
        var symbols = Path.ChangeExtension(name, ".pdb");
        if (File.Exists(Path.Combine(folder, symbols)))
        {
            names.Add(symbols);
        }

        var files = names.Distinct().ToDictionary(file => file, file => Bytes(Path.Combine(folder, file)), StringComparer.Ordinal);
        return
            PackageLimits.Objection(new Dictionary<string, ReadOnlyMemory<byte>>(files) { [ClassManifest.FileName] = default })
                is { } objection
            ? throw new RefusedException(objection)
            : files;
    }

    private static bool IsOurs(string library) =>
        library.Equals("bittbridge", StringComparison.OrdinalIgnoreCase)
        || library.StartsWith("Bittbridge.", StringComparison.OrdinalIgnoreCase);

    private static List<Library> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new RefusedException(
                $"The program has no {Shown.Path(path)}, which lists what the class needs: run it with 'dotnet run'."
            );
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. json.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject().Select(Library.Of)];
    }

    /// <summary>A library and the libraries that it needs, of those that count.</summary>
    private static List<Library> Reachable(List<Library> libraries, string root, Func<string, bool> counts)
    {
        List<Library> found = [.. libraries.Where(library => library.Name == root)];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(libraries.Where(other => found[i].Needs.Contains(other.Name) && counts(other.Name)).Except(found));
        }

        return found;
    }

    private static ReadOnlyMemory<byte> Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The file {Shown.Path(path)} can't be read ({exception.Message.TrimEnd('.')}): build the program again."
            );
        }
    }

    /// <summary>A library of the file <c>.deps.json</c>.</summary>
    private sealed record Library(string Name, IReadOnlyList<string> Needs, IReadOnlyList<string> Assemblies, bool IsForPlatforms)
    {
        public static Library Of(JsonProperty library) =>
            new(
                library.Name.Split('/')[0],
                Keys(library.Value, "dependencies"),
                [.. Keys(library.Value, "runtime").Select(path => Path.GetFileName(path))],
                Keys(library.Value, "native").Count + Keys(library.Value, "runtimeTargets").Count > 0
            );

        private static List<string> Keys(JsonElement library, string name) =>
            library.TryGetProperty(name, out var keys) ? [.. keys.EnumerateObject().Select(key => key.Name)] : [];
    }
}
