#!/usr/bin/env dotnet
#:property PublishAot=false
#:project ../eng/Tools/Bittbridge.Tools.csproj
#:project ../src/Models.Testing/Bittbridge.Models.Testing.csproj
#:project ../src/SelfHost/Bittbridge.SelfHost.csproj

// Your own model, and a miner that runs with it: dotnet run examples/my_model.cs
using Bittbridge.Models;
using Bittbridge.Models.Testing;
using Bittbridge.SelfHost;
using Bittbridge.Tools.Starting;

if (args is ["--check"])
{
    // What a miner relies on in a model; in a test project one line does it: ModelConformance.Check(new MyModel());
    var report = ModelConformance.Examine(new MyModel());
    Console.WriteLine(report);
    return report.IsKept ? 0 : 1;
}

// Azurite, prices and a first challenge, as with eng/start.cs. The miner itself is this program once more, with the model added.
return await LocalStart.RunAsync(args, MyModel.Name, switches => CommandLine.RunAsync(switches, miner => miner.AddModel<MyModel>()));

/// <summary>
/// Expects the price to go half of the way back to the mean of the last hour: most of what moves within minutes is noise.
/// </summary>
public sealed class MyModel : IPredictionModel
{
    public const string Name = "my-model";

    /// <summary>Kept with every forecast: a new version whenever the answers change.</summary>
    public ModelId Id { get; } = new(Name, "1");

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
