using Bittbridge.Onnx;

namespace Bittbridge.Miner;

/// <summary>The folder of a model, where the setting <c>Model</c> is the path of one rather than a name. Loaded once, behind the start; what can't be loaded leaves the miner running.</summary>
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

    /// <summary>Begins to load it, or joins the load. The load has a deadline of its own, except where reading the files takes forever.</summary>
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
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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

    /// <summary>A relative path starts where the miner was started or, where nothing is there, beside the program, as in a package that was deployed.</summary>
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
