#:project ../src/ModelApp/Bittbridge.ModelApp.csproj
using System.Text.Json;
using Bittbridge.Models;

return await ModelApp.RunAsync<MlModel>(args);

// What training gave: the scaler's mean and deviation of each feature, and a weight for each.
record Trained(double[] Mean, double[] Deviation, double[] Weights, double Intercept);

class MlModel : IPredictionModel
{
    Trained _trained = null!;

    public ModelId Id { get; } = new("ml", "1");

    public async ValueTask<bool> InitializeAsync(CancellationToken ct)
    {
        _trained = JsonSerializer.Deserialize<Trained>(await File.ReadAllTextAsync(ModelApp.PathOf("ml_model.json"), ct))!;
        return _trained.Weights.Length > 0;
    }

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        var prices = history.TakeLast(_trained.Weights.Length + 1).Prices.ToArray();
        if (prices.Length <= _trained.Weights.Length)
            return default;
        var returns = prices.Zip(prices.Skip(1), (one, next) => Math.Log(next / one));
        var scaled = returns.Select((value, i) => (value - _trained.Mean[i]) / _trained.Deviation[i]);
        var price = prices[^1] * Math.Exp(_trained.Intercept + scaled.Zip(_trained.Weights, (x, weight) => x * weight).Sum());
        var error = 1.64 * 0.0002 * price;
        return new(new Forecast(price, new PredictionInterval(price - error, price + error)));
    }
}
