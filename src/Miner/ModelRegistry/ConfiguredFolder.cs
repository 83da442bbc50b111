using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The folder or file of the model if the setting <c>Model</c> is a path. Loaded once, in the background; if that fails, the default model
/// is active.
/// </summary>
public sealed class ConfiguredFolder : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lazy<Task<LoadedFolder>> _loading;

    public ConfiguredFolder(MinerSettings settings)
    {
        Path = PackageReader.IsPath(settings.Model) ? settings.Model : null;
        _loading = new(() => ModelThreads.Start(() => Load(Located(settings.Model), _stopped.Token)));
    }

    /// <summary>The path in the setting; null if the setting is a name.</summary>
    public string? Path { get; }

    /// <summary>
    /// Starts loading it, or joins the load. Loading has a timeout, but reading the files has none.
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
                : new(null, $"{path} holds a calibration, not a model: push and activate it, as docs/your-own-model.md shows.");
        }
        catch (OperationCanceledException)
        {
            return new(null, $"The model {path} was not loaded, since the miner stops.");
        }
    }

    /// <inheritdoc cref="PackageReader.Objection"/>
    public static (string What, string Remedy)? Objection(string path) => PackageReader.Objection(Located(path));

    /// <summary>
    /// A relative path is relative to the working directory or, if nothing is there, to the program's folder, as in a deployed package.
    /// </summary>
    private static string Located(string path)
    {
        var (here, beside) = (System.IO.Path.GetFullPath(path), System.IO.Path.GetFullPath(path, AppContext.BaseDirectory));
        return !System.IO.Path.Exists(here) && System.IO.Path.Exists(beside) ? beside : here;
    }
}

/// <summary>The result of loading the configured folder.</summary>
/// <param name="Model">Null if the setting is a name or loading failed.</param>
/// <param name="Problem">Why loading failed, in one sentence for the user; null if it did not.</param>
public sealed record LoadedFolder(IPredictionModel? Model, string? Problem);
