using Bittbridge.Backtesting;
using Bittbridge.Miner.Prices.Source;

namespace Bittbridge.Cli.Backtesting;

/// <summary>A file of recorded prices.</summary>
internal static class PriceFile
{
    /// <exception cref="UsageException">The file can't be read, a line of it is wrong, or its prices are too far apart.</exception>
    public static PriceRecording Read(FileInfo file)
    {
        var points = PriceCsv.Read(file.FullName, out var problem) ?? throw new UsageException(problem!);
        try
        {
            return new(points);
        }
        catch (BacktestException exception)
        {
            throw new UsageException($"The file {file.FullName} can't be used. {exception.Message}");
        }
    }
}
