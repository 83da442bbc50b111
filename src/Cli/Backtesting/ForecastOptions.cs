using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The switches that say how a past forecast is made; they are named after the miner's settings and have their defaults.</summary>
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
    public static readonly Option<IntervalAim> Aim = ValueOptions.Choice(
        "--aim",
        "What intervals are made for: coverage, rank or reward",
        [.. Enum.GetValues<IntervalAim>().OrderBy(aim => aim != IntervalAim.Coverage).Select(aim => (DisplayText.Of(aim), aim))]
    );
    public static readonly Option<double> Level = ValueOptions.Number(
        "--level",
        "The share of hours that an interval should hold",
        MinLevel,
        MaxLevel,
        0.9
    );
    public static readonly Option<string> Learning = ValueOptions.Choice(
        "--learning",
        "Whether intervals follow the errors of late: on or off",
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

    /// <summary>What names a model.</summary>
    public const string ModelDescription = "A model's name, a file that 'bittbridge fit' made, or a folder with an ONNX model";

    /// <summary>A switch that must be given.</summary>
    public static Option<T> Required<T>(Option<T> option)
    {
        option.Required = true;
        return option;
    }

    /// <summary>How an estimator is made for an aim and a level.</summary>
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
            ?? throw new UsageException($"The file {file.FullName} is no calibration ({problem}): make one with 'bittbridge calibrate'.");
    }
}
