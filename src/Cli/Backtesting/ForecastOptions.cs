using System.CommandLine;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The switches that say how a past forecast is made; they are named after the miner's settings and have their defaults.</summary>
internal static class ForecastOptions
{
    public static readonly Option<FileInfo> Prices = new("--prices") { Description = "A CSV file of prices with the columns timestamp_utc,close", Required = true };
    public static readonly Option<IntervalAim> Aim = new("--aim") { Description = "What intervals are made for: coverage, rank or reward", DefaultValueFactory = _ => IntervalAim.Coverage };
    public static readonly Option<double> Level = new("--level") { Description = "The share of hours that an interval should hold", DefaultValueFactory = _ => 0.9 };
    public static readonly Option<string> Learning = new("--learning") { Description = "Whether intervals follow the errors of late: on or off", DefaultValueFactory = _ => "on" };
    public static readonly Option<string> Intervals = new("--intervals") { Description = "Whether a model's own interval is kept: own or calibrated", DefaultValueFactory = _ => "own" };
    public static readonly Option<FileInfo?> CalibrationFile = new("--calibration") { Description = "A file that 'bittbridge calibrate' made, instead of the calibration that comes with this version" };

    static ForecastOptions()
    {
        Learning.AcceptOnlyFromAmong("on", "off");
        Intervals.AcceptOnlyFromAmong("own", "calibrated");
        Level.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("--level lies between 0 and 1, such as 0.90.");
            }
        });
    }

    /// <summary>How an estimator is made for an aim and a level.</summary>
    /// <exception cref="UsageException">The calibration can't be used.</exception>
    public static Func<IntervalAim, double, IIntervalEstimator> Estimators(ParseResult parsed)
    {
        var (calibration, learning) = (Calibration(parsed.GetValue(CalibrationFile)), parsed.GetValue(Learning) == "on");
        return (aim, level) => new CalibratedIntervalEstimator(calibration, aim, level, learning);
    }

    private static Calibration Calibration(FileInfo? file)
    {
        if (file is null)
        {
            return ShippedCalibration.Value;
        }

        var text = InputFile.Read(file);
        return Bittbridge.Models.Calibration.FromJson(text, out var problem) ?? throw new UsageException($"The file {file.FullName} is no calibration ({problem}): make one with 'bittbridge calibrate'.");
    }
}
