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
    private readonly ConcurrentDictionary<ModelId, Task> _stuck = new();

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
        if (_stuck.TryGetValue(id, out var stuck))
        {
            if (!stuck.IsCompleted)
            {
                return LoadedVersion.Refused($"{id} was refused: an earlier attempt to load it has not ended yet.");
            }

            _stuck.TryRemove(id, out _);
        }

        if (registry.Find(id.Name) is { } own && own.Id == id)
        {
            return await InitializedAsync(Own(own), ct);
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
            _stuck[id] = loading.ContinueWith(
                late => Retire(late.Result),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            return LoadedVersion.Refused($"{id} was refused: it was not loaded within {MaxLoadTime.TotalSeconds:0} s.");
        }

        return content.Model is { } model ? await InitializedAsync(new(model, isRegistered: false, metrics, clock, logger), ct)
            : content.Calibration is { } calibration ? new(null, calibration, null)
            : LoadedVersion.Refused($"{id} was refused. {content.Problem}");
    }

    private void Retire(PackageContent content)
    {
        if (content.Model is { } model)
        {
            new GuardedModel(model, isRegistered: false, metrics, clock, logger).Retire();
        }
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

    private async Task<LoadedVersion> InitializedAsync(GuardedModel model, CancellationToken ct)
    {
        var initializing = model.InitializeAsync();
        try
        {
            if (await initializing.WaitAsync(MaxInitializationTime, clock, ct) is not { } problem)
            {
                return new(model, null, null);
            }

            model.Retire();
            return LoadedVersion.Refused($"{model.Id} was refused: {problem}.");
        }
        catch (TimeoutException)
        {
            _stuck[model.Id] = initializing.ContinueWith(
                _ => model.Retire(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            return LoadedVersion.Refused(
                $"{model.Id} was refused: it was not initialized within {MaxInitializationTime.TotalSeconds:0} s."
            );
        }
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
