#!/usr/bin/env dotnet
#:project ../src/ModelApp/Bittbridge.ModelApp.csproj
using Bittbridge.Models;

// Your own model. dotnet run examples/my_model.cs runs a miner with it; -- check, -- backtest --prices FILE.csv and
// -- tournament --prices FILE.csv check and measure it, -- push --local stores it for a running miner.
return await ModelApp.RunAsync<MyModel>(args);

/// <summary>
/// Expects the price to go half of the way back to the mean of the last hour: most of what moves within minutes is noise.
/// </summary>
public sealed class MyModel : IPredictionModel
{
    /// <summary>Kept with every forecast: a new version whenever the answers change.</summary>
    public ModelId Id { get; } = new("my-model", "1");

    /// <summary>Load weights here, once; false leaves the miner running with the last price.</summary>
    public ValueTask<bool> InitializeAsync(CancellationToken ct) => new(true);

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        // By time and not by rows: slots may be missing. No price in the last hour, no answer.
        var hour = history.Since(timestamp.AddHours(-1));
        if (hour.Newest is not { } newest)
        {
            return new((Forecast?)null);
        }

        var sum = 0.0;
        foreach (var price in hour.Prices)
        {
            sum += price;
        }

        var mean = sum / hour.Count;

        // Without an interval of its own the model gets one from its past errors. With one: new Forecast(price, new
        // PredictionInterval(lower, upper)).
        return new(new Forecast((newest.Cny + mean) / 2));
    }

    /// <summary>Release here what was loaded.</summary>
    public ValueTask CleanupAsync() => default;
}
