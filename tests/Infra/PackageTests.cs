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

    /// <remarks>As the image, init's commands for a machine at home and the command that packs the tool choose it.</remarks>
    [Theory]
    [InlineData("SelfHost", "-property:RuntimeIdentifier=linux-x64", "true")]
    [InlineData("SelfHost", "-property:UseCurrentRuntimeIdentifier=true", "true")]
    [InlineData("SelfHost", "-property:Configuration=Release", "")]
    [InlineData("Cli", "-property:RuntimeIdentifier=linux-x64", "true")]
    [InlineData("Cli", "-property:UseCurrentRuntimeIdentifier=true", "true")]
    [InlineData("Cli", "-property:Configuration=Release", "")]
    public async Task A_program_for_one_platform_is_compiled_ahead(string project, string choice, string compiledAhead) =>
        Assert.Equal(
            $$"""{"PublishReadyToRun":"{{compiledAhead}}","_IsPublishing":"true"}""",
            await PropertiesAsync(project, "PublishReadyToRun,_IsPublishing", "-property:_IsPublishing=true", choice)
        );

    [Theory]
    [InlineData("Functions")]
    [InlineData("SelfHost")]
    [InlineData("Cli")]
    public async Task A_published_program_has_symbols_but_no_documentation(string project) =>
        Assert.Equal(
            """{"PublishDocumentationFile":"","PublishReferencesDocumentationFiles":"","CopyOutputSymbolsToPublishDirectory":"true"}""",
            await PropertiesAsync(
                project,
                "PublishDocumentationFile,PublishReferencesDocumentationFiles,CopyOutputSymbolsToPublishDirectory",
                "-property:_IsPublishing=true"
            )
        );

    [Fact]
    public async Task A_program_for_Linux_holds_no_library_of_Windows()
    {
        var copied = (await EvaluateAsync("Onnx", "-getItem:None", "-property:RuntimeIdentifier=linux-x64"))["Items"]!["None"]!.AsArray();

        Assert.DoesNotContain(copied, item => item!["Identity"]!.GetValue<string>().EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
    }

    /// <param name="switches">As <c>dotnet publish</c> hands them to the build.</param>
    private static Task<string> PropertiesAsync(params string[] switches) =>
        PropertiesAsync("Functions", "RuntimeIdentifier,PublishReadyToRun,SelfContained", switches);

    private static async Task<string> PropertiesAsync(string project, string names, params string[] switches) =>
        (await EvaluateAsync(project, ["-getProperty:" + names, .. switches]))["Properties"]!.ToJsonString();

    private static async Task<JsonNode> EvaluateAsync(string project, params string[] switches)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", RepositoryFolder.At("src", project), .. switches])
        {
            RedirectStandardOutput = true,
        };
        using var msbuild = Process.Start(start)!;
        var said = await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, msbuild.ExitCode);
        return JsonNode.Parse(said)!;
    }
}
