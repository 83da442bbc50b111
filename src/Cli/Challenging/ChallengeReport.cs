using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Bittbridge.Cli.Challenging;

/// <summary>Shows outcomes as text, or as one line of JSON each.</summary>
internal sealed class ChallengeReport(bool json)
{
    public void Show(ChallengeOutcome outcome)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(outcome, ReportJson.Default.ChallengeOutcome));
            return;
        }

        AnsiConsole.MarkupLineInterpolated(
            $"[grey]Asked at {outcome.AskedAt:HH:mm:ss} UTC:[/] what will 1 USDT cost in CNY at {outcome.AskedAt.AddHours(1):HH:mm} UTC?"
        );
        if (outcome.Prediction is { } price)
        {
            var interval = outcome is { Lower: { } lower, Upper: { } upper }
                ? $", between {lower:0.0000} and {upper:0.0000}"
                : ", without an interval";
            AnsiConsole.MarkupInterpolated($"[green]{price:0.0000} CNY[/]{interval} ");
            AnsiConsole.MarkupLineInterpolated(
                $"[grey]({outcome.Model ?? "unnamed model"}, {outcome.PriceSource ?? "unnamed"} prices, {outcome.Ms:0.0} ms)[/]"
            );
        }
        else
        {
            var status = outcome.Status?.ToString() ?? "no answer";
            AnsiConsole.MarkupLineInterpolated($"[red]No forecast[/] [grey]({status}, {outcome.Ms:0.0} ms)[/]: {outcome.Message}");
        }

        if (outcome.Explanation is { } explanation)
        {
            ConsoleLine.Line("[grey]What it means[/]", explanation.Meaning, indent: 2);
            ConsoleLine.Line("[grey]What to do   [/]", explanation.Remedy, indent: 2);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChallengeOutcome))]
internal sealed partial class ReportJson : JsonSerializerContext;
