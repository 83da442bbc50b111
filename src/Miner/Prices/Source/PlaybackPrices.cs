using Bittbridge.Miner.Configuration;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>Reads the recording that the setting <c>Prices:Source</c> names.</summary>
internal static class PlaybackPrices
{
    /// <exception cref="SettingsException">The file can't be read or a line of it is wrong.</exception>
    public static PriceHistory Read(string path) =>
        PriceCsv.Read(path, out var problem) is { } points
            ? PriceHistory.FromPoints(points)
            : throw new SettingsException(
                new SettingProblem(
                    SettingNames.Full(SettingNames.PricesSource),
                    Shown.PathValue(path),
                    "correct the file, or name another one"
                )
                {
                    Detail = $"which can't be used ({problem!.TrimEnd('.')})",
                }
            );
}
