#:project ../src/ModelApp/Bittbridge.ModelApp.csproj
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Arima;

return await ModelApp.RunAsync<TimeSeriesModel>(args);

class TimeSeriesModel : IPredictionModel
{
    public ModelId Id { get; } = new("time-series", "1");

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        // ARIMA(1,1,1) of the last 500 prices, twelve steps of five minutes ahead.
        if (ArimaEstimator.Fit(history.TakeLast(500).Prices) is not { } fit)
            return default;
        var (price, reach) = (fit.Forecast(12), 1.64 * Math.Sqrt(12 * fit.Variance));
        return new(new Forecast(price, new PredictionInterval(price - reach, price + reach)));
    }
}
