#:project ../src/ModelApp/Bittbridge.ModelApp.csproj
using System.Net.Http.Json;
using Bittbridge.Models;

return await ModelApp.RunAsync<ApiModel>(args);

class ApiModel(HttpClient client) : IPredictionModel
{
    public ModelId Id { get; } = new("api", "1");

    public async ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        var answer = await client.GetFromJsonAsync<Dictionary<string, double>>(Environment.GetEnvironmentVariable("MY_API_URL"), ct);
        var price = answer!["usdt_cny"];
        return new Forecast(price, new PredictionInterval(price * 0.99, price * 1.01));
    }
}
