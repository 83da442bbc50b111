using Azure;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Watches the deployment in Table Storage: reads it in the background, one read at a time, loads and initializes the models it names, and
/// only then makes them active. If a version can't be used, the last good one stays active.
/// </summary>
internal sealed class DeploymentWatcher : IActiveModel
{
    /// <summary>The deployment is read at most once in this time.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>A version that was refused is loaded again after this time, since it may have been corrected.</summary>
    public static readonly TimeSpan RefusalRetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long one refresh waits for a version that is being loaded. If loading takes longer, a later refresh picks up the result;
    /// meanwhile another deployment, such as a rollback, takes effect.
    /// </summary>
    public static readonly TimeSpan MaxLoadWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an invocation waits for a refresh once the last read has failed, or once another invocation has given that refresh up.
    /// </summary>
    private static readonly TimeSpan MaxSettleInOutage = TimeSpan.FromSeconds(0.25);

    private readonly Dictionary<ModelId, Task<LoadedVersion>> _loads = [];
    private readonly DeploymentTable _table;
    private readonly VersionLoader _loading;
    private readonly ConfiguredModel _configured;
    private readonly Forecasters _forecasters;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeploymentWatcher> _logger;
    private readonly BackgroundRefresh _refresh;
    private volatile ActiveModel _current;
    private volatile string? _refusal;
    private volatile bool _hasRefreshed;
    private volatile bool _isUnreadable;
    private volatile string? _damage;
    private volatile string? _pending;
    private volatile string? _folderProblem;
    private volatile Task? _unsettled;
    private ETag? _etag;
    private Deployment _deployment = Deployment.None;

    /// <summary>The pause before the deployment is applied again; null if all of it was applied.</summary>
    private TimeWindow? _pause = default(TimeWindow);

    public DeploymentWatcher(
        DeploymentTable table,
        VersionLoader loading,
        ConfiguredModel configured,
        Forecasters forecasters,
        TimeProvider clock,
        ILogger<DeploymentWatcher> logger
    )
    {
        (_table, _loading, _configured, _forecasters, _clock, _logger) = (table, loading, configured, forecasters, clock, logger);
        _refresh = new(RefreshAsync, clock, logger);
        _current = ActiveModel.Of(loading.Own(configured.Initial), forecasters);
    }

    public ActiveModel Current => _current;

    public string? Problem =>
        _refusal
        ?? _damage
        ?? _pending
        ?? (
            _folderProblem is { } problem && _current.Model.Id == _configured.Initial.Id
                ? $"{problem} {_current.Model.Id} answers instead."
                : null
        );

    public async ValueTask<ActiveModel> CurrentAsync(TimeSpan maxWait, CancellationToken ct)
    {
        var refreshing = RefreshIfDue();
        if (!_hasRefreshed && maxWait > TimeSpan.Zero)
        {
            await WaitAsync(refreshing, maxWait, ct);
        }

        return _current;
    }

    public async Task SettleAsync(TimeSpan maxWait)
    {
        var refreshing = _refresh.Last;
        if (refreshing.IsCompleted)
        {
            return;
        }

        await WaitAsync(refreshing, _isUnreadable || refreshing == _unsettled ? MaxSettleInOutage : maxWait, CancellationToken.None);
        if (!refreshing.IsCompleted)
        {
            _unsettled = refreshing;
        }
    }

    /// <summary>Starts a refresh if one is due, or joins the running one; completes with it.</summary>
    public Task RefreshIfDue() => _refresh.StartIfDue();

    /// <summary>Starts loading and initializing in the background when the program starts.</summary>
    public void Start()
    {
        _ = _configured.Folder?.LoadAsync();
        _ = _current.Model.InitializeAsync();
    }

    /// <summary>Cleans up the models that were loaded from storage when the program stops.</summary>
    public void Stop()
    {
        foreach (var model in ModelsOf(_current))
        {
            model.Retire();
        }
    }

    private async Task WaitAsync(Task refreshing, TimeSpan maxWait, CancellationToken ct)
    {
        try
        {
            await refreshing.WaitAsync(maxWait, _clock, ct);
        }
        catch (TimeoutException)
        {
            // The refresh keeps running and the current model answers. Later requests do not wait.
            _hasRefreshed = true;
        }
    }

    /// <summary>One refresh; every step has a timeout.</summary>
    private async Task<TimeSpan> RefreshAsync()
    {
        try
        {
            _ = _configured.Folder?.LoadAsync();
            if (await ReadDeploymentAsync() || _pending is not null || _pause?.Contains(_clock.GetUtcNow()) == false)
            {
                await ApplyAsync();
            }
        }
        // This task may have no awaiter, so its exceptions are logged here; the next refresh tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ModelRegistryLog.RefreshFailed(_logger, exception);
            _refusal = $"The deployment could not be applied: {ModelFailure.InShort(exception)}.";
            _pause = new(_clock.GetUtcNow(), RefusalRetryInterval);
        }

        _hasRefreshed = true;
        return RefreshInterval;
    }

    /// <summary>Whether the deployment has changed.</summary>
    private async Task<bool> ReadDeploymentAsync()
    {
        try
        {
            var (deployment, etag) = await _table.ReadIfChangedAsync(_etag, CancellationToken.None);
            (_isUnreadable, _damage) = (false, null);
            if (deployment is null || deployment == _deployment)
            {
                _etag = etag;
                return false;
            }

            (_deployment, _etag) = (deployment, etag);
            return true;
        }
        catch (Exception exception) when (exception is DamagedDeploymentException || StorageFailures.IsUnavailable(exception))
        {
            if (!_isUnreadable)
            {
                ModelRegistryLog.NotRead(
                    _logger,
                    exception is DamagedDeploymentException ? exception.Message : StorageFailures.InWords(exception),
                    _current.Model.Id
                );
            }

            _isUnreadable = true;
            _damage = (exception as DamagedDeploymentException)?.Message;
            return false;
        }
    }

    private async Task ApplyAsync()
    {
        var problems = new Findings();
        var (model, calibration, calibrationId) = await ActiveAsync(problems);
        var before = _current;
        var forecaster =
            model == before.Model && calibrationId == before.Calibration ? before.Forecaster : model.With(_forecasters, calibration);
        List<Shadow> shadows = [];
        foreach (var id in _deployment.Shadows.Where(id => id != model.Id).Take(Deployment.MaxShadows))
        {
            if (await ModelAsync(id, model, problems) is { } shadow)
            {
                shadows.Add(before.Shadows.FirstOrDefault(known => known.Model == shadow) ?? new(shadow, shadow.With(_forecasters)));
            }
        }

        DropLoads(problems.Requested);
        Serve(new(model, forecaster, calibrationId, shadows));
        Note(problems);
    }

    /// <summary>The deployed model with its calibration: both or neither, because a calibration belongs to its model.</summary>
    private async Task<(GuardedModel Model, Calibration? Calibration, ModelId? CalibrationId)> ActiveAsync(Findings problems)
    {
        var pair = _configured.IsPinned ? DeployedVersion.OfTheSettings : _deployment.Active;
        Calibration? calibration = null;
        var current = _current;
        if (pair.Calibration is { } calibrationId && (calibrationId != current.Calibration || pair.Model != current.Model.Id))
        {
            calibration = await CalibrationAsync(calibrationId, problems);
        }

        var model = problems.IsEmpty ? await DeployedModelAsync(pair.Model, problems) : null;
        return model is null ? (current.Model, null, current.Calibration) : (model, calibration, pair.Calibration);
    }

    private async Task<Calibration?> CalibrationAsync(ModelId id, Findings problems)
    {
        var loaded = await LoadAsync(id, problems);
        if (loaded?.Model is { } model)
        {
            loaded = _loading.Reject(id, model, $"{id} was refused: it is a model, not a calibration.");
        }

        if (loaded is { Problem: { } problem })
        {
            problems.Refused.Add(problem);
        }

        return loaded?.Calibration;
    }

    /// <summary>The deployed model or, without one, the model of the setting; null if it was refused or is still being loaded.</summary>
    private async Task<GuardedModel?> DeployedModelAsync(ModelId? chosen, Findings problems)
    {
        if (chosen is not null || _configured.Folder is not { } folder)
        {
            return await ModelAsync(chosen ?? _configured.Wanted, null, problems);
        }

        if (await FolderAsync(folder) is not { } loaded)
        {
            problems.Pending.Add($"The folder {folder.Path} is still being loaded.");
            return null;
        }

        if (loaded.Problem is { } problem && _folderProblem is null)
        {
            _folderProblem = problem;
            ForecastingLog.NotLoaded(_logger, problem, _configured.Initial.Id);
        }

        return loaded.Model is { } model ? _loading.Own(model) : _loading.Own(_configured.Initial);
    }

    /// <summary>Null while it is being loaded.</summary>
    private async Task<LoadedFolder?> FolderAsync(ConfiguredFolder folder)
    {
        try
        {
            return await folder.LoadAsync().WaitAsync(MaxLoadWait, _clock);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>
    /// A model that is already active or a shadow, or a newly loaded one; null if it was refused or is still being loaded.
    /// </summary>
    private async Task<GuardedModel?> ModelAsync(ModelId id, GuardedModel? alsoKnown, Findings problems)
    {
        if (ModelsOf(_current).Append(alsoKnown).FirstOrDefault(known => known?.Id == id) is { } known)
        {
            return known;
        }

        if (_configured.Folder is { } folder && await FolderAsync(folder) is { Model: { } configured } && configured.Id == id)
        {
            return _loading.Own(configured);
        }

        var loaded = await LoadAsync(id, problems);
        if (loaded is { Model: null })
        {
            problems.Refused.Add(loaded.Problem ?? $"{id} was refused: it is a calibration, not a model.");
        }

        return loaded?.Model;
    }

    /// <summary>Null while it is being loaded; a later refresh joins the load.</summary>
    private async Task<LoadedVersion?> LoadAsync(ModelId id, Findings problems)
    {
        if (!_loads.TryGetValue(id, out var load))
        {
            _loads[id] = load = Task.Run(() => LoadAsync(id));
        }

        problems.Requested.Add(id);
        try
        {
            var loaded = await load.WaitAsync(MaxLoadWait, _clock);
            _loads.Remove(id);
            return loaded;
        }
        catch (TimeoutException) when (!load.IsCompleted)
        {
            problems.Pending.Add($"{id} is still being loaded.");
            return null;
        }
        catch when (load.IsFaulted)
        {
            // The next attempt loads it again.
            _loads.Remove(id);
            throw;
        }
    }

    /// <summary>Drops loads that are no longer needed and retires their models once they are loaded.</summary>
    private void DropLoads(HashSet<ModelId> requested)
    {
        foreach (var (id, load) in _loads.Where(load => !requested.Contains(load.Key)).ToList())
        {
            _loads.Remove(id);
            _ = load.ContinueWith(
                ended => ended.Result.Model?.Retire(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default
            );
        }
    }

    private async Task<LoadedVersion> LoadAsync(ModelId id)
    {
        try
        {
            return await _loading.LoadAsync(id, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            return LoadedVersion.Refused($"{id} could not be loaded: {StorageFailures.InWords(exception)}.");
        }
    }

    private void Serve(ActiveModel serving)
    {
        var before = _current;
        if (serving.Forecaster == before.Forecaster && serving.Shadows.SequenceEqual(before.Shadows))
        {
            return;
        }

        _current = serving;
        ModelRegistryLog.Changed(_logger, serving, before);
        foreach (var model in ModelsOf(before).Except(ModelsOf(serving)))
        {
            model.Retire();
        }
    }

    private void Note(Findings problems)
    {
        var all = problems.Refused.Count == 0 ? null : string.Join(' ', problems.Refused);
        if (all is not null && all != _refusal)
        {
            ModelRegistryLog.Refused(_logger, all, _current.Model.Id);
        }

        _pending = problems.Pending.Count == 0 ? null : string.Join(' ', problems.Pending);
        _refusal = all;
        _pause = all is null ? null : new(_clock.GetUtcNow(), RefusalRetryInterval);
    }

    private static IEnumerable<GuardedModel> ModelsOf(ActiveModel serving) =>
        serving.Shadows.Select(shadow => shadow.Model).Prepend(serving.Model);

    /// <summary>The findings of one refresh.</summary>
    private sealed class Findings
    {
        /// <summary>The versions that can't be used, one sentence each.</summary>
        public List<string> Refused { get; } = [];

        /// <summary>The versions that are still being loaded, one sentence each.</summary>
        public List<string> Pending { get; } = [];

        /// <summary>The versions that this refresh loads or waits for.</summary>
        public HashSet<ModelId> Requested { get; } = [];

        public bool IsEmpty => Refused.Count + Pending.Count == 0;
    }
}

/// <summary>Polls for deployment changes in the background, from the start of the process to its stop.</summary>
internal sealed class DeploymentWatching(DeploymentWatcher watcher, TimeProvider clock) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        watcher.Stop();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        watcher.Start();
        while (!stoppingToken.IsCancellationRequested)
        {
            await watcher.RefreshIfDue().WaitAsync(stoppingToken);
            await Task.Delay(DeploymentWatcher.RefreshInterval, clock, stoppingToken);
        }
    }
}
