using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Runs the shadows after an answer was sent, on the same prices and for the same hour, each within the budget of an answer. Records one
/// forecast per model and slot.
/// </summary>
internal sealed class ShadowRuns(
    IActiveModel models,
    ForecastRecording recording,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ShadowRuns> logger
)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ModelId, DateTimeOffset> _slots = [];

    /// <summary>Returns when every shadow has finished or timed out.</summary>
    /// <param name="answered">The answer of the active model or of the fallback.</param>
    public Task RunAsync(LiveForecast answered)
    {
        var shadows = models.Current.Shadows;
        return answered is not { History: { } history, Series: { } series } || shadows.Count == 0
            ? Task.CompletedTask
            : Task.WhenAll(
                shadows
                    .Where(shadow => shadow.Model.Id != answered.Model)
                    .Select(shadow => RunAsync(shadow, history, series, answered.MadeAt))
            );
    }

    private async Task RunAsync(Shadow shadow, PriceHistory history, PriceSeries series, DateTimeOffset madeAt)
    {
        var slot = PriceSlot.NearestTo(madeAt + Forecast.Horizon).Time;
        lock (_gate)
        {
            if (_slots.GetValueOrDefault(shadow.Model.Id) == slot)
            {
                return;
            }

            _slots[shadow.Model.Id] = slot;
        }

        var started = clock.GetTimestamp();
        var answer = await shadow.Model.ForecastAsync(
            shadow.Forecaster,
            madeAt,
            history,
            ModelTime.Of(settings.Budget, settings.Budget),
            CancellationToken.None
        );
        if (answer?.Forecast is not { } forecast)
        {
            if (answer is not null)
            {
                ModelRegistryLog.ShadowGaveNoForecast(logger, shadow.Model.Id, answer.Problem);
            }

            return;
        }

        await recording.RecordAsync(
            new(series, shadow.Model.Id, madeAt, forecast, clock.GetElapsedTime(started), ForecastRecord.Shadow)
            {
                Role = ForecastRole.Shadow,
                LastPrice = history.Newest?.Cny,
            }
        );
    }
}
