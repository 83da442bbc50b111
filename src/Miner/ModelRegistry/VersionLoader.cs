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
/// Brings a version to the point where it can answer: one of the program's own models, or a package from storage, checked, loaded and
/// initialised.
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
    /// <summary>How long a model may take to initialise itself.</summary>
    public static readonly TimeSpan MaxInitializationTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a package may take to be loaded.</summary>
    public static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<IPredictionModel, GuardedModel> _own = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<ModelId, Task> _stuck = new();

    /// <summary>
    /// One of the program's own models, the one of the configured folder included: always the same object for the same model.
    /// </summary>
    public GuardedModel Own(IPredictionModel model)
    {
        return _own.GetOrAdd(model, _ => new(model, isRegistered: true, metrics, clock, logger));
    }

    /// <exception cref="Exception">Storage is out of reach; see <see cref="StorageFailures"/>.</exception>
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
            return await InitialisedAsync(Own(own), ct);
        }

        var stored = await store.ReadAsync(id, ct);
        if (stored.Package is not { } package)
        {
            return LoadedVersion.Refused($"{id} was refused. {stored.Problem}");
        }

        var loading = Task.Run(() => Content(package), CancellationToken.None);
        PackageContent content;
        try
        {
            content = await loading.WaitAsync(LongestLoad, clock, ct);
        }
        catch (TimeoutException)
        {
            _stuck[id] = loading.ContinueWith(
                late => Retire(late.Result),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            return LoadedVersion.Refused($"{id} was refused: it was not loaded within {LongestLoad.TotalSeconds:0} s.");
        }

        return content.Model is { } model ? await InitialisedAsync(new(model, isRegistered: false, metrics, clock, logger), ct)
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
        // A loader is handed files of any origin; whatever it throws refuses them and no more.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ModelRegistryLog.LoadingThrew(logger, exception, package.Id!);
            return PackageContent.Refused($"It threw {exception.GetType().Name} while it was loaded.");
        }
    }

    private async Task<LoadedVersion> InitialisedAsync(GuardedModel model, CancellationToken ct)
    {
        var initialising = model.InitializeAsync();
        try
        {
            if (await initialising.WaitAsync(MaxInitializationTime, clock, ct))
            {
                return new(model, null, null);
            }

            model.Retire();
            return LoadedVersion.Refused($"{model.Id} was refused: it could not be initialised.");
        }
        catch (TimeoutException)
        {
            _stuck[model.Id] = initialising.ContinueWith(
                _ => model.Retire(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            return LoadedVersion.Refused(
                $"{model.Id} was refused: it was not initialised within {MaxInitializationTime.TotalSeconds:0} s."
            );
        }
    }
}

/// <summary>What came of loading a version: exactly one of a model, a calibration and a refusal.</summary>
/// <param name="Model">Ready to answer.</param>
/// <param name="Calibration">Ready to use.</param>
/// <param name="Problem">One sentence.</param>
internal sealed record LoadedVersion(GuardedModel? Model, Calibration? Calibration, string? Problem)
{
    public static LoadedVersion Refused(string problem) => new(null, null, problem);
}
