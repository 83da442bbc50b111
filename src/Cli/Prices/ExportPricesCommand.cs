using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Prices;

/// <summary><c>bittbridge prices export</c>: writes the prices that miners recorded.</summary>
internal sealed class ExportPricesCommand
{
    private readonly IConfiguration _environment;
    private readonly StorageOptions _storage;
    private readonly Option<FileInfo?> _out = PriceOutput.Option();
    private readonly Option<DateTimeOffset?> _from = Instant("--from", "The first instant (the oldest price by default)");
    private readonly Option<DateTimeOffset?> _to = Instant("--to", "The last instant (the newest price by default)");
    private readonly Option<PriceSeries?> _series = ValueOptions.Choice<PriceSeries?>(
        "--series",
        "Which prices: those of the setting Prices:Source (configured), real, simulated or replayed ones",
        ("configured", null),
        ("real", PriceSeries.Real),
        ("simulated", PriceSeries.Simulated),
        ("recording", PriceSeries.Recording)
    );

    private ExportPricesCommand(IConfiguration environment) => (_environment, _storage) = (environment, new(environment));

    public static Command Create(IConfiguration environment) => new ExportPricesCommand(environment).Create();

    private Command Create()
    {
        var command = new Command(
            "export",
            "Writes the prices that the miner has recorded, in CNY and in USD, to a CSV file. Reading them changes nothing in storage."
        )
        {
            _out,
            _from,
            _to,
            _series,
        };
        _storage.AddTo(command);
        command.DemandAll(_storage.Problems);
        command.Demand(result => OutputFile.Objection(result.GetValue(_out)));
        command.Demand(result =>
            result.GetValue(_from) is { } from && result.GetValue(_to) is { } to && from > to
                ? $"--from is {IsoTime.Text(from)}, after --to, {IsoTime.Text(to)}: exchange them."
                : null
        );
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var series = parsed.GetValue(_series) ?? PriceSeries.OfSource(SettingsReader.Examine(_environment).Settings.Prices.Source);
        var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        var recorded = new RecordedPrices(new(_storage.Read(parsed.CommandResult)), series, TimeProvider.System);
        PriceHistory history;
        try
        {
            history = await recorded.ReadAsync(from, to, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            throw new RefusedException(StorageOptions.InWords(exception, "read tables there (the role Storage Table Data Reader)"));
        }

        if (history.IsEmpty)
        {
            throw new RefusedException(
                $"Storage has no {(series.IsReal ? "real" : series == PriceSeries.Simulated ? "simulated" : "replayed")} prices"
                    + $"{(from is null && to is null ? "" : " in this range")}: name other ones with --series, another range, or the "
                    + "storage and the table prefix of a miner that runs."
            );
        }

        PriceOutput.Write(parsed.GetValue(_out)!, [.. history.Points()]);
        return 0;
    }

    private static ValueOption<DateTimeOffset?> Instant(string name, string description) =>
        new(
            name,
            description,
            IsoTime.Wanted,
            (string text, out DateTimeOffset? time) =>
            {
                var isTime = IsoTime.TryParse(text, out var read);
                time = isTime ? read : null;
                return isTime;
            }
        );
}
