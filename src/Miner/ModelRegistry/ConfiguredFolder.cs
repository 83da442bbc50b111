using Bittbridge.Miner.Configuration;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The model's folder or file, where the setting <c>Model</c> is a path rather than a name. Loaded once, in the background; when it can't
/// be
/// loaded, the miner runs with the default model.
/// </summary>
public sealed class ConfiguredFolder : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lazy<Task<LoadedFolder>> _loading;

    public ConfiguredFolder(MinerSettings settings)
    {
        Path = PackageReader.IsPath(settings.Model) ? settings.Model : null;
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
                        _ = loaded.Result.Model?.CleanupAsync().AsTask();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        _stopped.Dispose();
    }

    private static LoadedFolder Load(string path, CancellationToken ct)
    {
        if (!PackageReader.TryRead(path, out var package, out var problem))
        {
            return new(null, problem.ToString());
        }

        try
        {
            var content = PackageReader.Loaders.Load(package, ct);
            return content.Calibration is null
                ? new(content.Model, content.Problem)
                : new(null, $"{path} holds a calibration and no model: push and activate it, as docs/your-own-model.md shows.");
        }
        catch (OperationCanceledException)
        {
            return new(null, $"The model {path} was not loaded, since the miner stops.");
        }
    }

    /// <inheritdoc cref="PackageReader.Objection"/>
    public static (string What, string Remedy)? Objection(string path) => PackageReader.Objection(Located(path));

    /// <summary>
    /// A relative path starts where the miner was started or, where nothing is there, beside the program, as in a package that was
    /// deployed.
    /// </summary>
    private static string Located(string path)
    {
        var (here, beside) = (System.IO.Path.GetFullPath(path), System.IO.Path.GetFullPath(path, AppContext.BaseDirectory));
        return !System.IO.Path.Exists(here) && System.IO.Path.Exists(beside) ? beside : here;
    }
}

/// <summary>What came of loading the configured model.</summary>
/// <param name="Model">Null where the setting is a name, and where nothing could be loaded.</param>
/// <param name="Problem">One sentence for the user: why nothing could be loaded; null where all is well.</param>
public sealed record LoadedFolder(IPredictionModel? Model, string? Problem);
