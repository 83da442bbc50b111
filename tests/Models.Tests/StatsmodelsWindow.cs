using System.Globalization;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests;

/// <summary>A window of the generated or real prices with what statsmodels made of it.</summary>
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
    /// <summary>Those of the real prices in addition, where both files of them are beside the repository.</summary>
    public static IEnumerable<StatsmodelsWindow> All() =>
        TestPrices
            .Available.Where(series =>
                series == TestSeries.Generated || File.Exists(RecordedFacts.BesideRepository(RecordedFacts.OfRealPrices))
            )
            .SelectMany(series =>
                RecordedFacts
                    .Lines(series == TestSeries.Real ? RecordedFacts.OfRealPrices : "fixtures/statsmodels-generated.jsonl")
                    .Select(line => Read(JsonNode.Parse(line)!, Series.Prices(series)))
            );

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
