using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Holds the assemblies of one pushed class, from memory. What the miner has comes from the miner, so that both mean the same
/// <c>IPredictionModel</c>; the rest comes from the package. Native libraries are never taken from it.
/// </summary>
[RequiresUnreferencedCode("It loads compiled code.")]
internal sealed class ClassContext(string name, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    : AssemblyLoadContext(name, isCollectible: true)
{
    private static readonly string[] OfTheMiner = ["Bittbridge.Bittensor", "Bittbridge.Miner", "Bittbridge.Models", "Bittbridge.Onnx"];

    /// <summary>Loads a file of the package, with its symbols if they are there: they name the line of a model that fails.</summary>
    public Assembly Open(string file)
    {
        using var assembly = new MemoryStream(files[file].ToArray());
        using var symbols = files.TryGetValue(Path.ChangeExtension(file, ".pdb"), out var content)
            ? new MemoryStream(content.ToArray())
            : null;
        return LoadFromStream(assembly, symbols);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var wanted = assemblyName.Name ?? "";
        var isPackaged = files.ContainsKey(wanted + ".dll");
        if (!isPackaged && wanted.StartsWith("Bittbridge.", StringComparison.Ordinal) && !OfTheMiner.Contains(wanted))
        {
            // In its author's process it would be found, and no miner has it.
            throw new FileNotFoundException($"Miners have no {wanted}.");
        }

        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        // Not there, or there in an older version.
        catch (Exception exception) when (isPackaged && exception is FileNotFoundException or FileLoadException)
        {
            return Open(wanted + ".dll");
        }
    }
}
