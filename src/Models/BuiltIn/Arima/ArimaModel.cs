namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// ARIMA(1,1,1) as statsmodels fits it (<see cref="ArimaEstimator.Fit"/>), fitted anew to the last 500 points for every forecast, twelve
/// 5-minute steps ahead: the reference guide's ARIMA. With too few points, or prices that stand still, the last price. It gives no
/// interval: the Gaussian one is wrong for errors with tails as heavy as these.
/// </summary>
public sealed class ArimaModel : IPredictionModel
{
    /// <summary>How many points are fitted.</summary>
    public const int Window = 500;

    private static readonly int Steps = (int)(Forecast.Horizon / PriceSlot.Step);

    public ModelId Id { get; } = new("arima", "1");

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
