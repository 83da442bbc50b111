using System.Collections.Concurrent;
using Bittbridge.Models.BuiltIn.Offshore;

namespace Bittbridge.Models.Forecasting;

/// <summary>
/// A model for many forecasts at instants near each other: windows that begin at the same point share one replay. The forecasts are those
/// of the model, bit for bit, because value i of a replay depends on points 0 to i alone.
/// </summary>
public sealed class SharedReplay : IPredictionModel, IReplayedForecast
{
    /// <summary>How many points after a window are replayed with it: as many windows begin at its first point.</summary>
    private const int Ahead = Forecaster.WindowStep;

    /// <summary>More than are in use at once; older ones are not needed again.</summary>
    private const int MaxKept = 64;

    private readonly IPredictionModel _model;
    private readonly IReplayedForecast _replayed;
    private readonly ConcurrentDictionary<int, (PriceHistory Window, double[] Forecasts)> _byStart = new();

    private SharedReplay(IPredictionModel model, IReplayedForecast replayed) => (_model, _replayed) = (model, replayed);

    public ModelId Id => _model.Id;

    public bool IsDeterministic => _model.IsDeterministic;

    /// <summary>The model with shared replays; the model itself if its forecast is not the last value of a replay.</summary>
    public static IPredictionModel Of(IPredictionModel model) =>
        model switch
        {
            // The opening moves each forecast by what is known at its time, so it is applied to the shared replay.
            OffshoreOpeningModel opening => opening.Sharing(),
            IReplayedForecast replayed => new SharedReplay(model, replayed),
            _ => model,
        };

    public ValueTask<bool> InitializeAsync(CancellationToken ct) => _model.InitializeAsync(ct);

    public ValueTask CleanupAsync() => _model.CleanupAsync();

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new(history.IsEmpty ? null : new Forecast(Forecasts(history)[history.Count - 1]));
    }

    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        Forecasts(history).AsSpan(0, history.Count).CopyTo(forecasts);
    }

    private double[] Forecasts(PriceHistory history)
    {
        if (_byStart.TryGetValue(history.Start, out var shared) && history.Begins(shared.Window))
        {
            return shared.Forecasts;
        }

        var window = history.Extended(Ahead);
        var forecasts = new double[window.Count];
        _replayed.Replay(window, forecasts);
        if (_byStart.Count >= MaxKept)
        {
            _byStart.Clear();
        }

        _byStart[history.Start] = (window, forecasts);
        return forecasts;
    }
}
