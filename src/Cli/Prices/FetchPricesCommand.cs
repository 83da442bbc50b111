using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Bittbridge.Cli.Prices;

/// <summary><c>bittbridge prices fetch</c>: writes CoinGecko's chart.</summary>
internal static class FetchPricesCommand
{
    private static readonly Option<FileInfo?> Out = PriceOutput.Option();
    private static readonly Option<int> Days = ValueOptions.WholeNumber(
        "--days",
        "How many days up to now; CoinGecko has prices five minutes apart for one day, and an hour apart for 2 to 90",
        1,
        90,
        1
    );

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "fetch",
            "Writes the last days from CoinGecko, in CNY and in USD, to a CSV file, by two calls of its market_chart. Only one day has the "
                + "five-minute prices that a measurement needs; 'prices import' joins the files of several days."
        )
        {
            Out,
            Days,
        };
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction((parsed, ct) => RunAsync(environment, parsed, ct));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration environment, ParseResult parsed, CancellationToken ct)
    {
        var reading = SettingsReader.Examine(environment);
        var errors = reading.Errors(
            SettingNames.CoinGeckoApiKey,
            SettingNames.CoinGeckoApiKeyOfTheReferenceMiner,
            SettingNames.CoinGeckoBaseAddress
        );
        if (errors.ToList() is { Count: > 0 } broken)
        {
            throw new SettingsException(broken);
        }

        await using var services = new ServiceCollection()
            .AddSingleton(environment)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddMiner(reading)
            .Services.BuildServiceProvider();
        var fetch = await services.GetRequiredService<CoinGeckoSource>().ChartAsync(parsed.GetValue(Days), mayRetry: true, ct);
        ct.ThrowIfCancellationRequested();
        if (fetch.Failure is { } failure)
        {
            throw new RefusedException($"{failure.Detail}. Nothing was written.");
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var points = fetch
            .Prices.Select(price => price.Cny is { } cny ? PriceBounds.Point(price.Time, cny, price.Usd, now) : null)
            .OfType<PricePoint>()
            .ToList();
        if (points.Count == 0)
        {
            throw new RefusedException("CoinGecko's chart has no usable price. Nothing was written: try again later.");
        }

        PriceOutput.Write(parsed.GetValue(Out)!, points);
        if (fetch.Prices.Count > points.Count)
        {
            var (omitted, min, max) = (fetch.Prices.Count - points.Count, PriceCheck.MinCny, PriceCheck.MaxCny);
            AnsiConsole.MarkupLineInterpolated(
                $"[yellow]{omitted} prices are left out: they are not from {min} to {max} CNY, or their time is impossible.[/]"
            );
        }

        return 0;
    }
}
