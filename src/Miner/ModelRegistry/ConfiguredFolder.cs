using System.Text;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Bittbridge.Onnx;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The folder of a model, where the setting <c>Model</c> is the path of one rather than a name. Loaded once, behind the start; what can't
/// be loaded leaves the miner running.
/// </summary>
public sealed class ConfiguredFolder : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lazy<Task<LoadedFolder>> _loading;

    public ConfiguredFolder(MinerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Path = OnnxFolder.IsPath(settings.Model) ? settings.Model : null;
        _loading = new(() => Task.Run(() => Load(Located(settings.Model), _stopped.Token), CancellationToken.None));
    }

    /// <summary>As the setting says; null where it is a name.</summary>
    public string? Path { get; }

    /// <summary>
    /// Begins to load it, or joins the load. The load has a deadline of its own, except where reading the files takes forever.
    /// </summary>
    public Task<LoadedFolder> LoadAsync() => Path is null ? Task.FromResult(new LoadedFolder(null, null)) : _loading.Value;

    public void Dispose()
    {
        _stopped.Cancel();
        if (_loading.IsValueCreated)
        {
            _ = _loading.Value.ContinueWith(
                loaded =>
                {
                    _ = loaded.Exception;
                    if (loaded.IsCompletedSuccessfully)
                    {
                        loaded.Result.Model?.Dispose();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        _stopped.Dispose();
    }

    private static LoadedFolder Load(string folder, CancellationToken ct)
    {
        try
        {
            _ = OnnxFolder.TryLoad(folder, out var model, out var problem, ct);
            return new(model, problem);
        }
        catch (OperationCanceledException)
        {
            return new(null, $"The folder {folder} was not loaded, since the miner stops.");
        }
    }

    /// <summary>
    /// What is wrong with a folder at first sight, without loading its model: a clause that begins with which; null for nothing.
    /// </summary>
    public static (string What, string Remedy)? Objection(string path)
    {
        var folder = Located(path);
        if (!Directory.Exists(folder))
        {
            return (
                File.Exists(folder) ? "which is a file" : "which is not there",
                $"name a folder that holds a {ModelDescription.FileName}"
            );
        }

        var json = System.IO.Path.Combine(folder, ModelDescription.FileName);
        return !UserFile.TryReadText(json, UserFile.MaxJsonBytes, out var text, out var file)
                ? ($"whose {ModelDescription.FileName} {file.What}", file.Remedy)
            : !ModelDescription.TryRead(path, Encoding.UTF8.GetBytes(text), out var description, out var problem)
                ? ($"whose {ModelDescription.FileName} can't be used ({problem.TrimEnd('.')})", "mend that")
            : !File.Exists(System.IO.Path.Combine(folder, description.File))
                ? ($"which has no file {Shown.Path(description.File)}", $"put it there, or correct file in {ModelDescription.FileName}")
            : null;
    }

    /// <summary>
    /// A relative path starts where the miner was started or, where nothing is there, beside the program, as in a package that was
    /// deployed.
    /// </summary>
    private static string Located(string path)
    {
        var (here, beside) = (System.IO.Path.GetFullPath(path), System.IO.Path.GetFullPath(path, AppContext.BaseDirectory));
        return !Directory.Exists(here) && Directory.Exists(beside) ? beside : here;
    }
}

/// <summary>What came of loading a folder.</summary>
/// <param name="Model">Null where the setting is a name, and where nothing could be loaded.</param>
/// <param name="Problem">One sentence for the user: why nothing could be loaded; null where all is well.</param>
public sealed record LoadedFolder(OnnxModel? Model, string? Problem);
