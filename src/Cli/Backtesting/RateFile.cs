using Bittbridge.Backtesting;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models.Rates;

namespace Bittbridge.Cli.Backtesting;

/// <summary>A file of recorded offshore rates.</summary>
internal static class RateFile
{
    /// <summary>The rates; null if no file is named.</summary>
    /// <exception cref="UsageException">The file can't be read, a line of it is wrong, or its bars are too long.</exception>
    public static RateHistory? Read(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        var bars = PriceCsv.ReadRates(file.FullName, out var problem) ?? throw new UsageException(problem!);
        try
        {
            return RateRecording.KnownAtTheirEnd(bars);
        }
        catch (BacktestException exception)
        {
            throw new UsageException($"The file {file.FullName} can't be used. {exception.Message}");
        }
    }
}
