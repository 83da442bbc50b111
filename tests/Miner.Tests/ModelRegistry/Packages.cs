using System.Text;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>Packages as a user would push them.</summary>
internal static class Packages
{
    /// <summary>A linear model that answers with the last price plus a constant.</summary>
    public static ModelPackage Linear(string id, double plus = 0.001) =>
        Of(
            id,
            "linear.json",
            new LinearModelParameters(
                LinearModelParameters.CurrentFormat,
                Id(id).Version,
                "nothing",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                1,
                [0.0],
                [1.0],
                [0.0],
                plus
            ).ToJson()
        );

    /// <summary>A calibration by which every interval is as wide as <paramref name="quantile"/> says.</summary>
    public static ModelPackage CalibrationOf(string id, double quantile = 0.5) =>
        Of(
            id,
            "calibration.json",
            new Calibration(
                Calibration.CurrentFormat,
                "nothing",
                "last-price@1",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                1,
                new(-3, [0, 0, 0], [0, 0, 0], 0, 0, [0, 0, 0], [0, 0, 0], 0, 0),
                [0.1, 0.5, 0.9, 0.95],
                [quantile / 9, quantile / 2, quantile, quantile * 1.2]
            ).ToJson()
        );

    /// <summary>A package of one file.</summary>
    public static ModelPackage Of(string id, string file, string content) =>
        new(Id(id), new Dictionary<string, ReadOnlyMemory<byte>> { [file] = Encoding.UTF8.GetBytes(content) });

    public static ModelId Id(string text) => ModelId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
