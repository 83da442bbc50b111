using Azure;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Watches the deployment in Table Storage: reads it in the background, one read at a time, loads and initializes the models it names, and
/// only then makes them active. A version that can't be used is refused, and the last good one stays active.
/// </summary>
internal sealed class DeploymentWatcher : IActiveModel
{
    /// <summary>A choice that was looked up within this time is not looked up again.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>What was refused is tried again after this time: somebody may have mended it.</summary>
    public static readonly TimeSpan RetryRefused = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a look waits for what is being loaded. What takes longer is taken by a later look; meanwhile another choice, such as a
    /// rollback, is followed.
    /// </summary>
    public static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(5);

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
    private volatile bool _hasLooked;
    private volatile bool _isUnreadable;
    private volatile string? _damage;
    private volatile string? _pending;
    private volatile string? _folderProblem;
    private ETag? _etag;
    private Deployment _choice = Deployment.None;
    private DateTimeOffset? _retryAt = DateTimeOffset.MinValue;

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
        _refresh = new(LookAsync, clock);
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

    public async ValueTask<ActiveModel> CurrentAsync(TimeSpan patience, CancellationToken ct)
    {
        var looking = LookIfDue();
        if (!_hasLooked && patience > TimeSpan.Zero)
        {
            await WaitAsync(looking, patience, ct);
        }

        return _current;
    }

    public Task SettleAsync(TimeSpan patience)
    {
        var looking = _refresh.Last;
        return looking.IsCompleted ? Task.CompletedTask : WaitAsync(looking, patience, CancellationToken.None);
    }

    /// <summary>Looks, or joins the look that is running; returns when it has ended.</summary>
    public Task LookIfDue() => _refresh.StartIfDue();

    /// <summary>The program starts: what needs time begins, and nobody waits for it.</summary>
    public void Start()
    {
        _ = _configured.Folder?.LoadAsync();
        _ = _current.Model.InitializeAsync();
    }

    /// <summary>The program stops: what was loaded from storage is cleaned up.</summary>
    public void Stop()
    {
        foreach (var model in ModelsOf(_current))
        {
            model.Retire();
        }
    }

    private async Task WaitAsync(Task looking, TimeSpan patience, CancellationToken ct)
    {
        try
        {
            await looking.WaitAsync(patience, _clock, ct);
        }
        catch (TimeoutException)
        {
            // The look goes on, and the model so far answers: that one request has waited is enough.
            _hasLooked = true;
        }
    }

    /// <summary>Looks once; timeouts of its own bound it.</summary>
    private async Task<TimeSpan> LookAsync()
    {
        try
        {
            _ = _configured.Folder?.LoadAsync();
            if (await ReadChoiceAsync() || _pending is not null || _retryAt <= _clock.GetUtcNow())
            {
                await FollowAsync();
            }
        }
        // Nobody waits for this task, so whatever it throws has to end here; the next look is the remedy.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ModelRegistryLog.LookFailed(_logger, exception);
        }

        _hasLooked = true;
        return LookEvery;
    }

    /// <summary>Whether there is another choice than before.</summary>
    private async Task<bool> ReadChoiceAsync()
    {
        try
        {
            var (choice, etag) = await _table.LookAsync(_etag, CancellationToken.None);
            (_isUnreadable, _damage) = (false, null);
            if (choice is null || choice == _choice)
            {
                _etag = etag;
                return false;
            }

            (_choice, _etag) = (choice, etag);
            return true;
        }
        catch (Exception exception) when (exception is DamagedDeploymentException || StorageFailures.IsOutOfReach(exception))
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

    private async Task FollowAsync()
    {
        var problems = new Findings();
        var (model, calibration, calibrationId) = await ActiveAsync(problems);
        var before = _current;
        var forecaster =
            model == before.Model && calibrationId == before.Calibration ? before.Forecaster : model.With(_forecasters, calibration);
        List<Shadow> shadows = [];
        foreach (var id in _choice.Shadows.Where(id => id != model.Id).Take(Deployment.MaxShadows))
        {
            if (await ModelAsync(id, model, problems) is { } shadow)
            {
                shadows.Add(before.Shadows.FirstOrDefault(known => known.Model == shadow) ?? new(shadow, shadow.With(_forecasters)));
            }
        }

        DropLoads(problems.Asked);
        Serve(new(model, forecaster, calibrationId, shadows));
        Note(problems);
    }

    /// <summary>The pair that was chosen, both or neither: what a model was calibrated with belongs to it.</summary>
    private async Task<(GuardedModel Model, Calibration? Calibration, ModelId? CalibrationId)> ActiveAsync(Findings problems)
    {
        var pair = _configured.IsPinned ? DeployedVersion.OfTheSettings : _choice.Active;
        Calibration? calibration = null;
        var current = _current;
        if (pair.Calibration is { } calibrationId && (calibrationId != current.Calibration || pair.Model != current.Model.Id))
        {
            calibration = await CalibrationAsync(calibrationId, problems);
        }

        var model = problems.IsEmpty ? await WantedAsync(pair.Model, problems) : null;
        return model is null ? (current.Model, null, current.Calibration) : (model, calibration, pair.Calibration);
    }

    private async Task<Calibration?> CalibrationAsync(ModelId id, Findings problems)
    {
        var loaded = await LoadAsync(id, problems);
        if (loaded is { Calibration: null })
        {
            loaded.Model?.Retire();
            problems.Refused.Add(loaded.Problem ?? $"{id} was refused: it is a model and no calibration.");
        }

        return loaded?.Calibration;
    }

    /// <summary>
    /// The model that was chosen or, where none was, the one of the setting; null where it was refused, or is not loaded yet.
    /// </summary>
    private async Task<GuardedModel?> WantedAsync(ModelId? chosen, Findings problems)
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

    /// <summary>Null where it is not loaded yet.</summary>
    private async Task<LoadedFolder?> FolderAsync(ConfiguredFolder folder)
    {
        try
        {
            return await folder.LoadAsync().WaitAsync(LoadPatience, _clock);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>A model that is in service already, or a new one; null where it was refused.</summary>
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
            problems.Refused.Add(loaded.Problem ?? $"{id} was refused: it is a calibration and no model.");
        }

        return loaded?.Model;
    }

    /// <summary>Null where it is not loaded yet: then a later look joins the load.</summary>
    private async Task<LoadedVersion?> LoadAsync(ModelId id, Findings problems)
    {
        if (!_loads.TryGetValue(id, out var load))
        {
            _loads[id] = load = Task.Run(() => LoadAsync(id));
        }

        problems.Asked.Add(id);
        try
        {
            var loaded = await load.WaitAsync(LoadPatience, _clock);
            _loads.Remove(id);
            return loaded;
        }
        catch (TimeoutException) when (!load.IsCompleted)
        {
            problems.Pending.Add($"{id} is still being loaded.");
            return null;
        }
    }

    /// <summary>What nobody wants any more is retired once it is loaded.</summary>
    private void DropLoads(HashSet<ModelId> asked)
    {
        foreach (var (id, load) in _loads.Where(load => !asked.Contains(load.Key)).ToList())
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
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
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
        _retryAt = all is null ? null : _clock.GetUtcNow() + RetryRefused;
    }

    private static IEnumerable<GuardedModel> ModelsOf(ActiveModel serving) =>
        serving.Shadows.Select(shadow => shadow.Model).Prepend(serving.Model);

    /// <summary>What a look found on its way.</summary>
    private sealed class Findings
    {
        /// <summary>What can't be used, a sentence each.</summary>
        public List<string> Refused { get; } = [];

        /// <summary>What is not loaded yet, a sentence each.</summary>
        public List<string> Pending { get; } = [];

        /// <summary>What was to be loaded.</summary>
        public HashSet<ModelId> Asked { get; } = [];

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
            await watcher.LookIfDue().WaitAsync(stoppingToken);
            await Task.Delay(DeploymentWatcher.LookEvery, clock, stoppingToken);
        }
    }
}
