using System.Text.Json.Serialization;
using Bittbridge.Models.Forecasting;
using Bittbridge.Onnx;

namespace Bittbridge.Cli.Datasets;

/// <summary>The file <c>dataset.json</c>, which explains the two tables.</summary>
internal sealed record DatasetDescription(
    int FormatVersion,
    string Prices,
    int Steps,
    int StepMinutes,
    int HorizonMinutes,
    double MaxGapMinutes,
    double MaxMove,
    IReadOnlyDictionary<string, string> Columns,
    DatasetPart Train,
    DatasetPart Test,
    int RowsOmitted,
    int RowsPurged,
    string Split
)
{
    public static DatasetDescription Of(Dataset dataset, string prices, int steps) =>
        new(
            1,
            prices,
            steps,
            5,
            60,
            PriceWindow.MaxGap.TotalMinutes,
            Plausibility.MaxMove,
            new Dictionary<string, string>
            {
                ["made_at_utc"] = "when the forecast would be made; no close of the row was observed later",
                [$"close_{steps - 1} … close_0"] =
                    "CNY per USDT in consecutive 5-minute slots, oldest first; close_0 is the newest. A slot without a price has the "
                    + "previous one, up to maxGapMinutes old. This is the window of an ONNX model with the feature closes",
                ["target"] = "CNY per USDT one hour after made_at_utc: what the model must forecast",
            },
            DatasetPart.Of(dataset.Train),
            DatasetPart.Of(dataset.Test),
            dataset.Omitted,
            dataset.Purged,
            "by time: every row of train.csv has its target before the first made_at_utc of test.csv; rowsPurged were left out for that, "
                + "and rowsOmitted have a gap in the window or no target"
        );
}

/// <summary>One of the two tables.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="From">The first instant; null without rows.</param>
/// <param name="To">The last instant.</param>
/// <param name="LastPriceError">The mean absolute error of the last price as the forecast, CNY: what a model must beat.</param>
internal sealed record DatasetPart(int Rows, DateTimeOffset? From, DateTimeOffset? To, double? LastPriceError)
{
    public static DatasetPart Of(IReadOnlyList<DatasetRow> rows) =>
        rows.Count == 0
            ? new(0, null, null, null)
            : new(rows.Count, rows[0].MadeAt, rows[^1].MadeAt, rows.Average(row => Math.Abs(row.Closes[^1] - row.Target)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(DatasetDescription))]
internal sealed partial class DatasetJson : JsonSerializerContext;
