using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Doctor;

/// <summary>Shows findings: one line each as they arrive, or one JSON document.</summary>
internal sealed class DoctorReport(bool json)
{
    private readonly List<FindingView> _findings = [];

    /// <summary>Whether no check has failed so far.</summary>
    public bool HasPassed => _findings.TrueForAll(finding => finding.Level != Word(FindingLevel.Failed));

    public void Add(string name, Finding finding)
    {
        _findings.Add(new(name, Word(finding.Level), finding.Detail, finding.Remedy, finding.Setting));
        if (json)
        {
            return;
        }

        var symbol = finding.Level switch
        {
            FindingLevel.Passed => "[green]✓[/]",
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
            Console.WriteLine(JsonSerializer.Serialize(new(HasPassed, _findings), DoctorJson.Default.DoctorView));
        }
    }

    private static string Word(FindingLevel level) => level.ToString().ToLowerInvariant();
}

/// <summary>All findings, as JSON.</summary>
/// <param name="Passed">Whether no check failed.</param>
/// <param name="Findings">The findings, in the order of the checks.</param>
internal sealed record DoctorView(bool Passed, IReadOnlyList<FindingView> Findings);

/// <summary>A finding, as JSON.</summary>
/// <param name="Name">The part.</param>
/// <param name="Level"><c>passed</c>, <c>warning</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Detail">The result in words.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
/// <param name="Setting">The setting or option concerned; null for none.</param>
internal sealed record FindingView(string Name, string Level, string Detail, string? Remedy, string? Setting);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorView))]
internal sealed partial class DoctorJson : JsonSerializerContext;
