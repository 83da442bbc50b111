using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.ModelRegistry;
using Spectre.Console;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>Shows versions and the deployment as text or as one line of JSON.</summary>
internal sealed class ModelsReport(bool json)
{
    public void ShowPushed(ModelManifest manifest)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(VersionLine.Of(manifest, Deployment.None), ModelsReportJson.Default.VersionLine));
            return;
        }

        var files = manifest.Files.Count == 1 ? "1 file" : $"{manifest.Files.Count} files";
        AnsiConsole.MarkupInterpolated($"[green]✓[/] {manifest.Id} ({manifest.Kind}, {files}, ");
        AnsiConsole.MarkupLineInterpolated($"{manifest.Bytes:N0} bytes) was stored at {manifest.PushedAt:yyyy-MM-dd HH:mm} UTC");
        AnsiConsole.MarkupLineInterpolated($"  [grey]bittbridge models activate {manifest.Id}[/]");
    }

    /// <summary>What a miner's settings must name before it runs a class.</summary>
    public void ShowSigner(Ss58Address signer)
    {
        if (!json)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"  A miner runs it when its setting Bittbridge__ModelSigners names the address that signed it, {signer}"
            );
        }
    }

    public void ShowChoice(Deployment choice)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(DeploymentLine.Of(choice, null), ModelsReportJson.Default.DeploymentLine));
            return;
        }

        AnsiConsole.MarkupLineInterpolated($"Active    {choice.Active}");
        if (choice.Shadows.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"Shadows   {string.Join(", ", choice.Shadows)}");
        }

        AnsiConsole.MarkupLineInterpolated(
            $"[grey]Rollback  {(choice.Previous.Count > 0 ? "to " + choice.Previous[0] : "no earlier version")}[/]"
        );
    }

    public void ShowAll(IReadOnlyList<ModelManifest> versions, Deployment choice)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(DeploymentLine.Of(choice, versions), ModelsReportJson.Default.DeploymentLine));
            return;
        }

        ShowChoice(choice);
        if (versions.Count == 0)
        {
            AnsiConsole.MarkupLine("[grey]No version is in storage: bittbridge models push adds one.[/]");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("version", "kind", "bytes", "pushed (UTC)", "state");
        foreach (var version in versions.Select(manifest => VersionLine.Of(manifest, choice)))
        {
            table.AddRow(
                version.Id,
                version.Kind,
                version.Bytes.ToString("N0"),
                version.PushedAt.ToString("yyyy-MM-dd HH:mm"),
                version.State ?? ""
            );
        }

        AnsiConsole.Write(table);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VersionLine))]
[JsonSerializable(typeof(DeploymentLine))]
internal sealed partial class ModelsReportJson : JsonSerializerContext;
