using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Doctor;

/// <summary>Shows findings: a line each as they come, or one JSON document.</summary>
internal sealed class DoctorReport(bool json)
{
    private readonly List<FindingView> _findings = [];

    /// <summary>Whether nothing failed so far.</summary>
    public bool IsWell => _findings.TrueForAll(finding => finding.Level != Word(FindingLevel.Failed));

    public void Add(string name, Finding finding)
    {
        _findings.Add(new(name, Word(finding.Level), finding.Detail, finding.Remedy, finding.Setting));
        if (json)
        {
            return;
        }

        var symbol = finding.Level switch
        {
            FindingLevel.Well => "[green]✓[/]",
            FindingLevel.Warning => "[yellow]![/]",
            FindingLevel.Failed => "[red]✗[/]",
            _ => "[grey]–[/]",
        };
        ConsoleLine.Line($"{symbol} {name, -9}", finding.Detail);
        if (finding.Remedy is { } remedy)
        {
            ConsoleLine.Line("           [grey]What to do:[/]", remedy);
        }
    }

    public void End()
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new(IsWell, _findings), DoctorJson.Default.DoctorView));
        }
    }

    private static string Word(FindingLevel level) => level.ToString().ToLowerInvariant();
}

/// <summary>All findings, for machines.</summary>
/// <param name="Well">Whether nothing failed.</param>
/// <param name="Findings">In their order.</param>
internal sealed record DoctorView(bool Well, IReadOnlyList<FindingView> Findings);

/// <summary>A finding, for machines.</summary>
/// <param name="Name">The part.</param>
/// <param name="Level"><c>well</c>, <c>warning</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
/// <param name="Setting">The setting or switch that it is about; null for none.</param>
internal sealed record FindingView(string Name, string Level, string Detail, string? Remedy, string? Setting);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorView))]
internal sealed partial class DoctorJson : JsonSerializerContext;
