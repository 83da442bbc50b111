using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;

namespace Bittbridge.Cli.Tournaments;

/// <summary><c>bittbridge tournament</c>: ranks several models against each other by the validator's rule.</summary>
internal static class TournamentCommand
{
    private static readonly Option<string?> Models = new("--models")
    {
        Description =
            "Models separated by commas, each optionally with :coverage, :rank, :reward or :residual for another interval; eight models "
            + "by default",
    };
    private static readonly Option<RangeEnd?> From = TestRange.From();
    private static readonly Option<RangeEnd?> To = TestRange.To();
    private static readonly Option<FileInfo?> Plot = ValueOptions.File(
        "--plot",
        "Draw the shares to this file, .svg or .png",
        "the path of the file to draw, .svg or .png"
    );
    private static readonly Option<PlotColors> Theme = PlotOption.Theme();
    private static readonly Option<bool> Json = new("--json") { Description = "The figures as JSON" };

    public static Command Create(ModelSelection models, bool draws = true)
    {
        var command = new Command("tournament", "Lets models forecast the same prices and ranks them in each round as the validator would.")
        {
            ForecastOptions.Prices,
            ForecastOptions.Rates,
            Models,
            ForecastOptions.Aim,
            ForecastOptions.Level,
            From,
            To,
            Json,
            ForecastOptions.Learning,
            ForecastOptions.Intervals,
            ForecastOptions.CalibrationFile,
        };
        var contestants = new Contestants(models);
        if (draws)
        {
            command.Options.Add(Plot);
            command.Options.Add(Theme);
            command.Demand(result => PlotFile.Objection(result.GetValue(Plot)));
        }

        command.DemandAll(result => contestants.Objections(result.GetValue(Models), result.GetValue(ForecastOptions.Rates) is not null));
        command.SetAction((parsed, ct) => RunAsync(parsed, contestants, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Contestants named, CancellationToken ct)
    {
        var plot = parsed.GetValue(Plot) is { } file ? new PlotFile(file) : null;
        var recording = PriceFile.Read(parsed.GetValue(ForecastOptions.Prices)!);
        var range = TestRange.Of(recording, parsed.GetValue(From), parsed.GetValue(To));
        var rates = RateFile.Read(parsed.GetValue(ForecastOptions.Rates));
        var contestants = named.Parse(parsed.GetValue(Models), recording.Whole.Until(range[0]), rates, parsed);
        var result = await ConsoleProgress.ShowAsync(
            "tournament",
            range.Count * contestants.Count,
            progress => Tournament.RunAsync(contestants, recording, range, progress, ct)
        );
        plot?.Save(new TournamentPlot(PlotTheme.Of(parsed.GetValue(Theme))).Draw(result));
        TournamentReport.Show(result, parsed.GetValue(Json));
        return 0;
    }
}
