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

    /// <summary>A relative path starts where the miner was started or, where nothing is there, beside the program, as in a package that was deployed.</summary>
    private static string Located(string path)
    {
        var (here, beside) = (Path.GetFullPath(path), Path.GetFullPath(path, AppContext.BaseDirectory));
        return !Directory.Exists(here) && Directory.Exists(beside) ? beside : here;
    }
}
