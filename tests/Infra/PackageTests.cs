using System.Diagnostics;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>What is published for the app on Flex Consumption.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task A_published_app_is_for_Linux_on_x64_alone_and_compiled_ahead() =>
        Assert.Equal(
            """{"RuntimeIdentifier":"linux-x64","PublishReadyToRun":"true","SelfContained":"false"}""",
            await PropertiesAsync("-property:_IsPublishing=true")
        );

    [Fact]
    public async Task An_app_that_is_built_runs_where_it_was_built() =>
        Assert.Equal("""{"RuntimeIdentifier":"","PublishReadyToRun":"","SelfContained":"false"}""", await PropertiesAsync());

    /// <param name="switches">As <c>dotnet publish</c> hands them to the build.</param>
    private static async Task<string> PropertiesAsync(params string[] switches)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "msbuild",
                RepositoryFolder.At("src", "Functions"),
                "-getProperty:RuntimeIdentifier,PublishReadyToRun,SelfContained",
                .. switches,
            ]
        )
        {
            RedirectStandardOutput = true,
        };
        using var msbuild = Process.Start(start)!;
        var said = await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, msbuild.ExitCode);
        return JsonNode.Parse(said)!["Properties"]!.ToJsonString();
    }
}
