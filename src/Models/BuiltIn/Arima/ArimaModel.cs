namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// ARIMA(1,1,1) as statsmodels fits it (<see cref="ArimaEstimator.Fit"/>), the reference guide's ARIMA: refitted to the last 500 points
/// for every forecast, twelve 5-minute steps ahead. With too few points, or prices that do not change, it returns the last price. It
/// returns no interval, because the Gaussian one is wrong for errors with such heavy tails.
/// </summary>
public sealed class ArimaModel : IPredictionModel
{
    /// <summary>How many points it fits.</summary>
    public const int Window = 500;

    private static readonly int Steps = (int)(Forecast.Horizon / PriceSlot.Step);

    public ModelId Id { get; } = new("arima", "1");

    public bool IsDeterministic => true;

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.IsEmpty)
        {
            return new((Forecast?)null);
        }

        var prices = history.TakeLast(Window).Prices;
        var forecast = ArimaEstimator.Fit(prices)?.Forecast(Steps);
        return new(new Forecast(forecast is { } price && PricePoint.IsPrice(price) ? price : prices[^1]));
    }
}
