using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Reporting;

/// <summary><c>bittbridge report</c>: the scores of matured forecasts, from storage or from a running miner.</summary>
internal sealed class ReportCommand
{
    private const int DefaultDays = 7;

    private readonly IConfiguration _environment;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly StorageOptions _storage;
    private readonly ValueOption<DateOnly?> _from = Day("--from", "The first UTC day of the targets (seven days by default)");
    private readonly ValueOption<DateOnly?> _to = Day("--to", "The last UTC day (today by default)");
    private readonly ValueOption<string?> _model = new(
        "--model",
        "One model, in every version or in one",
        "a model's name such as ensemble, or its name and version such as ensemble@1",
        (string text, out string? model) =>
        {
            model = text;
            return TrackRecordQuery.IsModel(text);
        }
    );
    private readonly Option<Uri?> _url = MinerUrl.Option("Reads from the miner that runs there, not from storage");
    private readonly Option<bool> _json = new("--json") { Description = "One line of JSON, as returned by GET /api/track-record" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Comma-separated values, one line per day, model and role" };

    private ReportCommand(IConfiguration environment) => (_environment, _storage) = (environment, new(environment));

    public static Command Create(IConfiguration environment) => new ReportCommand(environment).Create();

    private Command Create()
    {
        var command = new Command(
            "report",
            "Shows the scores of the miner's forecasts: errors compared with the last price's, intervals, scores, latency and fallbacks, "
                + "by model and by day. Forecasts whose hour is not over are not shown."
        )
        {
            _from,
            _to,
            _model,
        };
        _storage.AddTo(command);
        command.Add(_url);
        command.Add(_json);
        command.Add(_csv);
        command.DemandAll(RangeProblems);
        command.DemandAll(result => result.GetValue(_url) is null ? _storage.Problems(result) : []);
        command.DemandAll(result =>
            result.GetValue(_url) is null
                ? []
                : _storage.Given(result).Select(name => $"{name} and --url name two sources: remove one of them.")
        );
        command.Demand(result =>
            result.GetValue(_json) && result.GetValue(_csv) ? "--json and --csv exclude each other: remove one of them." : null
        );
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var query = Query(parsed.CommandResult);
        var (json, csv) = (parsed.GetValue(_json), parsed.GetValue(_csv));
        TrackRecordAnswer answer;
        if (parsed.GetValue(_url) is { } url)
        {
            var token = _environment[SettingNames.Full(SettingNames.OperatorToken)];
            using var miner = new RunningMinerRecord(url, token is { Length: > 0 } ? token : null);
            answer = await miner.ReadAsync(query, ct);
        }
        else
        {
            answer = await ReadStorageAsync(parsed.CommandResult, query, ct);
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, TrackRecordJson.Default.TrackRecordAnswer));
        }
        else if (csv)
        {
            Console.Write(Encoding.UTF8.GetString(TrackRecordCsv.Of(answer)));
        }
        else
        {
            new ReportView(isTerminal: !Console.IsOutputRedirected).Show(answer);
        }

        return 0;
    }

    /// <exception cref="RefusedException">Storage can't be read.</exception>
    private async Task<TrackRecordAnswer> ReadStorageAsync(CommandResult result, TrackRecordQuery query, CancellationToken ct)
    {
        var series = PriceSeries.OfSource(SettingsReader.Examine(_environment).Settings.Prices.Source);
        var reader = new TrackRecordReader(new MinerTables(_storage.Read(result)), series, _clock);
        try
        {
            return await reader.ReadAsync(query, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            throw new RefusedException(StorageOptions.InWords(exception, "read tables there (the role Storage Table Data Reader)"));
        }
    }

    private TrackRecordQuery Query(CommandResult result)
    {
        var to = result.GetValue(_to) ?? DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        var from = result.GetValue(_from) ?? TrackRecordQuery.FirstOf(DefaultDays, to);
        return new(from, to, result.GetValue(_model));
    }

    private IEnumerable<string> RangeProblems(CommandResult result)
    {
        var query = Query(result);
        if (query.From > query.To)
        {
            yield return $"--from is {TrackRecordQuery.Text(query.From)}, after the last day {TrackRecordQuery.Text(query.To)}: "
                + "give an earlier day, or a later one with --to.";
        }
        else if (query.To.DayNumber - query.From.DayNumber >= TrackRecordQuery.MaxDays)
        {
            yield return $"--from is {TrackRecordQuery.Text(query.From)}, and one report has {TrackRecordQuery.MaxDays} days at most: give "
                + $"{TrackRecordQuery.Text(query.To.AddDays(1 - TrackRecordQuery.MaxDays))} or a later day.";
        }
    }

    private static ValueOption<DateOnly?> Day(string name, string description) =>
        new(
            name,
            description,
            "a UTC day such as 2026-11-23",
            (string text, out DateOnly? day) =>
            {
                var isDay = TrackRecordQuery.TryDay(text, out var read);
                day = isDay ? read : null;
                return isDay;
            }
        );
}
