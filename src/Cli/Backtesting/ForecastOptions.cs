using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The options of past forecasts. They have the names and the defaults of the miner's settings.</summary>
internal static class ForecastOptions
{
    /// <summary>The bounds of the miner's setting Level.</summary>
    private const double MinLevel = 0.5;

    private const double MaxLevel = 0.999;

    public static readonly Option<FileInfo?> Prices = Required(
        ValueOptions.File(
            "--prices",
            "A CSV file of prices with the columns timestamp_utc,close",
            "the path of a CSV file with the columns timestamp_utc,close"
        )
    );
    public static readonly Option<FileInfo?> Rates = ValueOptions.File(
        "--rates",
        "A CSV file with bars of the offshore rate USD/CNH and the columns timestamp_utc,close; the default model then is offshore-opening",
        "the path of a CSV file with the columns timestamp_utc,close"
    );
    public static readonly Option<IntervalAim> Aim = ValueOptions.Choice(
        "--aim",
        "What intervals are optimized for: coverage, rank or reward",
        [.. Enum.GetValues<IntervalAim>().OrderBy(aim => aim != IntervalAim.Coverage).Select(aim => (DisplayText.Of(aim), aim))]
    );
    public static readonly Option<double> Level = ValueOptions.Number(
        "--level",
        "The share of hours that intervals should cover",
        MinLevel,
        MaxLevel,
        0.9
    );
    public static readonly Option<string> Learning = ValueOptions.Choice(
        "--learning",
        "Whether intervals adapt to recent errors: on or off",
        ("on", "on"),
        ("off", "off")
    );
    public static readonly Option<string> Intervals = ValueOptions.Choice(
        "--intervals",
        "Whether a model's own interval is kept: own or calibrated",
        ("own", "own"),
        ("calibrated", "calibrated")
    );
    public static readonly Option<FileInfo?> CalibrationFile = ValueOptions.File(
        "--calibration",
        "A file that 'bittbridge calibrate' made, instead of the calibration that comes with this version",
        "the path of a file that 'bittbridge calibrate' made"
    );

    /// <summary>The description of an option for a model.</summary>
    public const string ModelDescription =
        "A model's name, a file that 'bittbridge fit' made, a folder with an ONNX model, or the URL of a model";

    /// <summary>Makes an option required.</summary>
    public static Option<T> Required<T>(Option<T> option)
    {
        option.Required = true;
        return option;
    }

    /// <summary>A factory of estimators for an aim and a level.</summary>
    /// <exception cref="UsageException">The calibration can't be used.</exception>
    public static Func<IntervalAim, double, IIntervalEstimator> Estimators(ParseResult parsed)
    {
        var (calibration, learning) = (ReadCalibration(parsed.GetValue(CalibrationFile)), parsed.GetValue(Learning) == "on");
        return (aim, level) => new CalibratedIntervalEstimator(calibration, aim, level, learning);
    }

    private static Calibration ReadCalibration(FileInfo? file)
    {
        if (file is null)
        {
            return ShippedCalibration.Value;
        }

        var text = InputFile.Read(file);
        return Calibration.FromJson(text, out var problem)
            ?? throw new UsageException(
                $"The file {file.FullName} is not a calibration ({problem}): make one with 'bittbridge calibrate'."
            );
    }
}
