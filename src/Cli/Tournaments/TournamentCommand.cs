using System.CommandLine;
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
    private static readonly Option<bool> Json = new("--json") { Description = "The figures as JSON" };

    public static Command Create(ModelSelection models)
    {
        var command = new Command("tournament", "Lets models forecast the same prices and ranks them in each round as the validator would.")
        {
            ForecastOptions.Prices,
            Models,
            ForecastOptions.Aim,
            ForecastOptions.Level,
            From,
            To,
            Plot,
            Json,
            ForecastOptions.Learning,
            ForecastOptions.Intervals,
            ForecastOptions.CalibrationFile,
        };
        command.DemandAll(result => Contestant.Objections(result.GetValue(Models), models));
        command.Demand(result => PlotFile.Objection(result.GetValue(Plot)));
        command.SetAction((parsed, ct) => RunAsync(parsed, models, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ModelSelection models, CancellationToken ct)
    {
        var plot = parsed.GetValue(Plot) is { } file ? new PlotFile(file) : null;
        var recording = PriceRecording.Read(parsed.GetValue(ForecastOptions.Prices)!);
        var range = TestRange.Of(recording, parsed.GetValue(From), parsed.GetValue(To));
        var contestants = Contestant.Parse(parsed.GetValue(Models), recording.Whole.Until(range[0]), parsed, models);
        var forecasts = await ConsoleProgress.ShowAsync(
            "tournament",
            range.Count * contestants.Count,
            async progress =>
            {
                var made = new List<IReadOnlyList<MadeForecast>>();
                foreach (var contestant in contestants)
                {
                    made.Add(await contestant.Backtest.RunAsync(recording, range, progress, ct));
                }

                return made;
            }
        );
        var result = Tournament.Play([.. contestants.Select(contestant => contestant.Name)], forecasts);
        plot?.Save(TournamentPlot.Draw(result));
        TournamentReport.Show(result, parsed.GetValue(Json));
        return 0;
    }
}
