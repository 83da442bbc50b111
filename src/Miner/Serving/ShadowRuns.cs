using System.Collections.Concurrent;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Runs the shadows once an answer is out, from the same prices and for the same hour, each within the budget of an answer, and records what they would have said: one forecast a model and mark.</summary>
public sealed class ShadowRuns(IModelsInService models, ForecastRecording recording, MinerSettings settings, TimeProvider clock, ILogger<ShadowRuns> logger)
{
    private readonly ConcurrentDictionary<ModelId, DateTimeOffset> _marks = new();

    /// <summary>Returns when all of them are done or have run out of time.</summary>
    /// <param name="answered">What the active model answered, or the fallback in its place.</param>
    public Task RunAsync(LiveForecast answered)
    {
        ArgumentNullException.ThrowIfNull(answered);
        var shadows = models.Current.Shadows;
        return answered is not { History: { } history, Series: { } series } || shadows.Count == 0
            ? Task.CompletedTask
            : Task.WhenAll(shadows.Where(shadow => shadow.Model.Id != answered.Model).Select(shadow => RunAsync(shadow, history, series, answered.MadeAt)));
    }

    private async Task RunAsync(Shadow shadow, PriceHistory history, PriceSeries series, DateTimeOffset madeAt)
    {
        var mark = PriceMark.NearestTo(madeAt + Forecast.Horizon).Time;
        if (_marks.TryGetValue(shadow.Model.Id, out var last) && last == mark)
        {
            return;
        }

        _marks[shadow.Model.Id] = mark;
        var started = clock.GetTimestamp();
        var answer = await shadow.Model.ForecastAsync(shadow.Forecaster, madeAt, history, ModelTime.Of(settings.Budget, settings.Budget), CancellationToken.None).ConfigureAwait(false);
        if (answer?.Forecast is not { } forecast)
        {
            if (answer is not null)
            {
                ServingLog.ShadowGaveNone(logger, shadow.Model.Id, answer.Problem);
            }

            return;
        }

        await recording.RecordAsync(new(series, shadow.Model.Id, madeAt, forecast, clock.GetElapsedTime(started), ForecastRecord.Shadow)).ConfigureAwait(false);
    }
}
