using System.Collections.Concurrent;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Loads and initializes a version, so that it can answer: one of the program's own models, or a package from storage.
/// </summary>
internal sealed class VersionLoader(
    ModelCatalog registry,
    ModelVersionStore store,
    ModelLoaders loaders,
    MinerMetrics metrics,
    TimeProvider clock,
    ILogger<VersionLoader> logger
)
{
    /// <summary>The timeout of a model's initialization.</summary>
    public static readonly TimeSpan MaxInitializationTime = TimeSpan.FromSeconds(30);

    /// <summary>The timeout of loading a package.</summary>
    public static readonly TimeSpan MaxLoadTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<IPredictionModel, GuardedModel> _own = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// The refused versions with the work that their load left. Loading one again before that has ended would add a thread each time.
    /// </summary>
    private readonly ConcurrentDictionary<ModelId, (Task Ended, string Problem)> _refused = new();

    /// <summary>
    /// The guard of one of the program's own models, including the one of the configured folder: one object per model.
    /// </summary>
    public GuardedModel Own(IPredictionModel model)
    {
        return _own.GetOrAdd(model, _ => new(model, isRegistered: true, metrics, clock, logger));
    }

    /// <exception cref="Exception">Storage is unavailable; see <see cref="StorageFailures"/>.</exception>
    public async Task<LoadedVersion> LoadAsync(ModelId id, CancellationToken ct)
    {
        if (_refused.TryGetValue(id, out var earlier))
        {
            if (!earlier.Ended.IsCompleted)
            {
                return LoadedVersion.Refused($"{earlier.Problem} That attempt has not ended yet, so it is not loaded again.");
            }

            _refused.TryRemove(id, out _);
        }

        if (registry.Find(id.Name) is { } own && own.Id == id)
        {
            return await InitializedAsync(id, Own(own), ct);
        }

        var stored = await store.ReadAsync(id, ct);
        if (stored.Package is not { } package)
        {
            return LoadedVersion.Refused($"{id} was refused. {stored.Problem}");
        }

        var loading = ModelThreads.Start(() => Content(package));
        PackageContent content;
        try
        {
            content = await loading.WaitAsync(MaxLoadTime, clock, ct);
        }
        catch (TimeoutException)
        {
            return Refused(id, $"{id} was refused: it was not loaded within {MaxLoadTime.TotalSeconds:0} s.", EndAsync(loading));
        }

        return content.Model is { } model ? await InitializedAsync(id, Guarded(model), ct)
            : content.Calibration is { } calibration ? new(null, calibration, null)
            : Refused(id, $"{id} was refused. {content.Problem}", content.Ended);
    }

    /// <summary>Refuses a model that was loaded but can't be used where it is named, and cleans it up.</summary>
    public LoadedVersion Reject(ModelId id, GuardedModel model, string problem) =>
        Refused(id, problem, RetireAsync(model, Task.CompletedTask));

    private GuardedModel Guarded(IPredictionModel model) => new(model, isRegistered: false, metrics, clock, logger);

    private LoadedVersion Refused(ModelId id, string problem, Task ended)
    {
        _refused[id] = (ended, problem);
        return LoadedVersion.Refused(problem);
    }

    /// <summary>Waits for all work of a load that was given up, and cleans up its model.</summary>
    private async Task EndAsync(Task<PackageContent> loading)
    {
        var content = await loading;
        await content.Ended;
        if (content.Model is { } model)
        {
            await RetireAsync(Guarded(model), Task.CompletedTask);
        }
    }

    private static async Task RetireAsync(GuardedModel model, Task initializing)
    {
        await initializing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        model.Retire();
        await model.CleanedUp;
    }

    private PackageContent Content(ModelPackage package)
    {
        try
        {
            return loaders.Load(package, CancellationToken.None);
        }
        // The files may come from anywhere and make a loader throw anything: only this package is refused.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ModelRegistryLog.LoadingThrew(logger, exception, package.Id!);
            return PackageContent.Refused($"It threw {exception.GetType().Name} while it was loaded.");
        }
    }

    private async Task<LoadedVersion> InitializedAsync(ModelId id, GuardedModel model, CancellationToken ct)
    {
        var initializing = model.InitializeAsync();
        string? problem;
        try
        {
            problem = await initializing.WaitAsync(MaxInitializationTime, clock, ct);
        }
        catch (TimeoutException)
        {
            problem = $"it was not initialized within {MaxInitializationTime.TotalSeconds:0} s";
        }

        return problem is null ? new(model, null, null) : Refused(id, $"{id} was refused: {problem}.", RetireAsync(model, initializing));
    }
}

/// <summary>The result of loading a version: a model, a calibration or a problem.</summary>
/// <param name="Model">An initialized model.</param>
/// <param name="Calibration">A calibration.</param>
/// <param name="Problem">Why the version can't be used, in one sentence.</param>
internal sealed record LoadedVersion(GuardedModel? Model, Calibration? Calibration, string? Problem)
{
    public static LoadedVersion Refused(string problem) => new(null, null, problem);
}
