using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models list</c>.</summary>
internal sealed class ListCommand(IConfiguration environment) : StorageCommand(environment)
{
    protected override bool Writes => false;

    protected override Command Describe() => new("list", "Shows the versions in storage and which of them are active or shadows.");

    protected override async Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct)
    {
        var (versions, damaged) = await storage.Versions.ListAsync(ct);
        foreach (var id in damaged)
        {
            await Console.Error.WriteLineAsync(
                $"The manifest of {id} is damaged or newer than this program: push the model again under another version."
            );
        }

        report.ShowAll(versions, await storage.Deployment.ReadAsync(ct));
    }
}
