using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Onnx;
using Spectre.Console;

namespace Bittbridge.Cli.Datasets;

/// <summary><c>bittbridge dataset export</c>: writes a table for training a model with any tool.</summary>
internal static class DatasetCommand
{
    private static readonly Option<DirectoryInfo?> Out = ForecastOptions.Required(
        new ValueOption<DirectoryInfo?>(
            "--out",
            "The folder to write to; it is created if it does not exist",
            "the path of a folder",
            (string text, out DirectoryInfo? folder) =>
            {
                folder = string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal) ? null : new(text);
                return folder is not null;
            }
        )
    );
    private static readonly Option<int> Steps = ValueOptions.WholeNumber(
        "--steps",
        "The number of closes in a row, 5 minutes apart",
        1,
        ModelDescription.MaxSteps,
        12
    );
    private static readonly Option<double> Test = ValueOptions.Number(
        "--test",
        "The share of the prices, at the end, that is for testing",
        0.05,
        0.9,
        0.3
    );
    private static readonly Option<RangeEnd?> From = TestRange.From();
    private static readonly Option<RangeEnd?> To = TestRange.To();

    private static readonly JsonSerializerOptions Readable = new(DatasetJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var export = new Command(
            "export",
            "Writes train.csv and test.csv, whose rows hold what a miner would have known at one instant and the price an hour later, and "
                + "dataset.json, which explains them."
        )
        {
            ForecastOptions.Prices,
            Out,
            Steps,
            Test,
            From,
            To,
        };
        export.Demand(result =>
            result.GetValue(Out) is { } folder && File.Exists(folder.FullName)
                ? $"{Shown.Path(folder.FullName)} is a file: name a folder."
                : null
        );
        export.SetAction((parsed, ct) => Task.FromResult(Run(parsed, ct)));
        return new("dataset", "Recorded prices as a table for training a model.") { export };
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var (file, steps, folder) = (parsed.GetValue(ForecastOptions.Prices)!, parsed.GetValue(Steps), parsed.GetValue(Out)!);
        var recording = PriceFile.Read(file);
        var range = TestRange.Of(recording, parsed.GetValue(From), parsed.GetValue(To));
        var dataset = Dataset.Of(recording, range, steps, parsed.GetValue(Test), ct);
        if (dataset.Train.Count == 0 || dataset.Test.Count == 0)
        {
            throw new UsageException(
                $"{range.Count} prices give {dataset.Train.Count} rows for training and {dataset.Test.Count} for testing, since a row "
                    + $"needs {steps} slots without a long gap and the price an hour later: name a longer range, or change --steps or "
                    + "--test."
            );
        }

        MakeFolder(folder);
        var header = string.Join(
            ',',
            [
                "made_at_utc",
                .. Enumerable.Range(0, steps).Select(i => string.Create(CultureInfo.InvariantCulture, $"close_{steps - 1 - i}")),
                "target",
            ]
        );
        foreach (
            var (name, rows) in (ReadOnlySpan<(string, IReadOnlyList<DatasetRow>)>)
                [("train.csv", dataset.Train), ("test.csv", dataset.Test)]
        )
        {
            OutputFile.Write(new(Path.Combine(folder.FullName, name)), path => File.WriteAllLines(path, rows.Select(Line).Prepend(header)));
        }

        var description = DatasetDescription.Of(dataset, Path.GetFileName(file.Name), steps);
        OutputFile.Write(
            new(Path.Combine(folder.FullName, "dataset.json")),
            path => File.WriteAllText(path, JsonSerializer.Serialize(description, Readable.GetTypeInfo(typeof(DatasetDescription))) + "\n")
        );
        AnsiConsole.MarkupLineInterpolated($"{dataset.Train.Count} rows for training and {dataset.Test.Count} for testing.");
        AnsiConsole.MarkupLineInterpolated(
            $"In test.csv the last price misses the target by {description.Test.LastPriceError:0.000000} CNY on average; see dataset.json."
        );
        return 0;
    }

    private static void MakeFolder(DirectoryInfo folder)
    {
        try
        {
            folder.Create();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The folder {Shown.Path(folder.FullName)} can't be created: name one that this user may create.");
        }
    }

    private static string Line(DatasetRow row) =>
        string.Join(',', row.Closes.Append(row.Target).Select(price => $"{price:R}").Prepend(IsoTime.Text(row.MadeAt)));
}
