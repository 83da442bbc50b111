using System.CommandLine;
using System.Diagnostics;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Testing;
using Bittbridge.Onnx;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>
/// <c>bittbridge models verify</c>: loads a model as the miner would, and runs the conformance suite. Accepts the same paths as push, and
/// the URL of a model that another program serves. Exit status 0 if both succeed, else 1.
/// </summary>
internal static class VerifyCommand
{
    private static readonly TimeSpan MaxFirstForecastTime = TimeSpan.FromSeconds(10);

    private static readonly Argument<string> Model = new("PATH")
    {
        Description = "The model's folder, its file (model.json, linear.json or calibration.json), or the URL of a model",
    };

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "verify",
            "Loads a model, checks that it reproduces its cases, and checks it against the contract of every model. Exit status 0 only "
                + "when nothing is wrong."
        )
        {
            Model,
        };
        command.Demand(result =>
            HttpModelAddress.IsUrl(result.GetValue(Model)!)
                ? ServedModel.Objection(result.GetValue(Model)!, environment)
                : UserPackage.Objection(result.GetValue(Model)!)
        );
        // On another thread, so that a signal ends the command even if the model blocks.
        command.SetAction(
            (parsed, ct) => Task.Run(() => RunAsync(parsed.GetValue(Model)!, environment, ct), CancellationToken.None).WaitAsync(ct)
        );
        return command;
    }

    private static async Task<int> RunAsync(string path, IConfiguration environment, CancellationToken ct)
    {
        if (HttpModelAddress.IsUrl(path))
        {
            return await CheckServedAsync(path, environment, ct);
        }

        var package = UserPackage.Read(path);
        if (UserPackage.Load(package, ct).Model is not { } model)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {package.Files.Keys.Single()} loads and gives intervals of a usable width");
            return 0;
        }

        var cases = (model as OnnxModel)?.Description.Cases.Count;
        AnsiConsole.MarkupLineInterpolated(
            $"[green]✓[/] {model.Id} loads{(cases is null ? "" : $" and reproduces {cases} {(cases == 1 ? "case" : "cases")}")}"
        );
        try
        {
            return await CheckCommand.RunAsync(model);
        }
        finally
        {
            await model.CleanupAsync();
        }
    }

    /// <summary>The first forecast, whose fault the conformance suite would not show: there no answer is an answer, too.</summary>
    private static async Task<int> CheckServedAsync(string url, IConfiguration environment, CancellationToken ct)
    {
        var model = ServedModel.Create(url, environment);
        var prices = new ConformanceOptions().Prices;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(MaxFirstForecastTime);
        try
        {
            await model.InitializeAsync(limit.Token);
            var started = Stopwatch.GetTimestamp();
            var forecast =
                await model.PredictAsync(prices.Newest!.Value.Time, prices, limit.Token)
                ?? throw new RefusedException(
                    $"{HttpModelAddress.Describe(url)} has no forecast for {prices.Count} prices: return one, since the miner would always "
                        + "answer with the last price."
                );
            var interval = forecast.Interval is { } own
                ? $"with the interval {own.Lower:0.0000} to {own.Upper:0.0000}"
                : "without an interval";
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            AnsiConsole.MarkupLineInterpolated(
                $"[green]✓[/] {HttpModelAddress.Describe(url)} forecasts {forecast.Price:0.0000} CNY {interval}, after {took:0} ms"
            );
            return await CheckCommand.RunAsync(model);
        }
        catch (UnusableAnswerException exception)
        {
            throw new RefusedException($"{exception.Message}.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RefusedException(
                $"{HttpModelAddress.Describe(url)} had no forecast after {MaxFirstForecastTime.TotalSeconds:0} s, and a miner waits less "
                    + "than one: see the output of the program that serves it."
            );
        }
        finally
        {
            await model.CleanupAsync();
        }
    }
}
