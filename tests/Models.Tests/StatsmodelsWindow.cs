using System.Globalization;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests;

/// <summary>A window of the recorded prices with what statsmodels made of it.</summary>
internal sealed record StatsmodelsWindow(
    PriceHistory History,
    double LogLikelihood,
    double[] Forecast,
    double Smoothed,
    double Ar,
    double Ma,
    double Variance,
    PredictionInterval Interval90
)
{
    public static IEnumerable<StatsmodelsWindow> All() =>
        Of("fixtures/statsmodels-generated.jsonl", Series.Generated)
            .Concat(TestPrices.AreReal ? Of("fixtures/statsmodels.jsonl", Series.Recorded) : []);

    private static IEnumerable<StatsmodelsWindow> Of(string recording, PriceHistory prices) =>
        RecordedFacts.Lines(recording).Select(line => Read(JsonNode.Parse(line)!, prices));

    private static StatsmodelsWindow Read(JsonNode json, PriceHistory prices) =>
        new(
            prices.Until(DateTimeOffset.Parse((string)json["window_end_utc"]!, CultureInfo.InvariantCulture)).TakeLast((int)json["n"]!),
            (double)json["llf"]!,
            [.. json["forecast"]!.AsArray().Select(value => (double)value!)],
            (double)json["ses_alpha_0.3_from_first"]!,
            (double)json["params"]!["ar.L1"]!,
            (double)json["params"]!["ma.L1"]!,
            (double)json["params"]!["sigma2"]!,
            new((double)json["interval90_12"]![0]!, (double)json["interval90_12"]![1]!)
        );
}
