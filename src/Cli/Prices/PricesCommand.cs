using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Prices;

/// <summary><c>bittbridge prices</c>: files of recorded prices, for the commands that measure models.</summary>
internal static class PricesCommand
{
    public static Command Create(IConfiguration environment) =>
        new("prices", "Files of recorded prices, for 'backtest', 'tournament', 'calibrate', 'fit' and 'dataset'.")
        {
            ExportPricesCommand.Create(environment),
            FetchPricesCommand.Create(environment),
            ImportPricesCommand.Create(),
            SamplePricesCommand.Create(),
        };
}
