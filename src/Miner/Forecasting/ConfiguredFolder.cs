using System.Text;
using Bittbridge.Onnx;

namespace Bittbridge.Miner;

/// <summary>The folder of a model, where the setting <c>Model</c> is the path of one rather than a name. Loaded once, before the first challenge; what can't be loaded leaves the miner running.</summary>
public sealed class ConfiguredFolder : IDisposable
{
    public ConfiguredFolder(MinerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (OnnxFolder.IsPath(settings.Model))
        {
            _ = OnnxFolder.TryLoad(Located(settings.Model), out var model, out var problem);
            (Model, Problem) = (model, problem);
        }
    }

    /// <summary>The loaded model; null where the setting is a name, and where nothing could be loaded.</summary>
    public OnnxModel? Model { get; }

    /// <summary>One sentence for the user: why nothing could be loaded; null where all is well.</summary>
    public string? Problem { get; }

    public void Dispose() => Model?.Dispose();

    /// <summary>What is wrong with a folder at first sight, without loading its model: a clause that begins with which; null for nothing.</summary>
    public static (string What, string Remedy)? Objection(string path)
    {
        var folder = Located(path);
        if (!Directory.Exists(folder))
        {
            return (File.Exists(folder) ? "which is a file" : "which is not there", $"name a folder that holds a {ModelDescription.FileName}");
        }

        var json = Path.Combine(folder, ModelDescription.FileName);
        return !UserFile.TryReadText(json, UserFile.MaxJsonBytes, out var text, out var file) ? ($"whose {ModelDescription.FileName} {file.What}", file.Remedy)
            : !ModelDescription.TryRead(path, Encoding.UTF8.GetBytes(text), out var description, out var problem) ? ($"whose {ModelDescription.FileName} can't be used ({problem.TrimEnd('.')})", "mend that")
            : !File.Exists(Path.Combine(folder, description.File)) ? ($"which has no file {Shown.Path(description.File)}", $"put it there, or correct file in {ModelDescription.FileName}")
            : null;
    }

    /// <summary>A relative path starts where the miner was started or, where nothing is there, beside the program, as in a package that was deployed.</summary>
    private static string Located(string path)
    {
        var (here, beside) = (Path.GetFullPath(path), Path.GetFullPath(path, AppContext.BaseDirectory));
        return !Directory.Exists(here) && Directory.Exists(beside) ? beside : here;
    }
}
