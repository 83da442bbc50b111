using System.Diagnostics;
using System.Text.Json;
using Bittbridge.Testing;

[assembly: AssemblyFixture(typeof(Bittbridge.Functions.Tests.PublishedApp))]

namespace Bittbridge.Functions.Tests;

/// <summary>The app as it is deployed: published once for all tests, as <c>azd package</c> does.</summary>
public sealed class PublishedApp : IAsyncLifetime
{
    /// <summary>Less than the limit of a test, which does not bound a fixture.</summary>
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-app-");

    public string At(params string[] path) => Path.Combine([_folder.FullName, .. path]);

    /// <summary>Every file, relative to the app.</summary>
    public IReadOnlyList<string> Files =>
        [
            .. _folder
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(_folder.FullName, file.FullName).Replace('\\', '/')),
        ];

    /// <summary>As the host reads them, in no order.</summary>
    public IReadOnlyList<FunctionMetadata> Functions =>
        [
            .. JsonSerializer
                .Deserialize<JsonElement>(File.ReadAllText(At("functions.metadata")))
                .EnumerateArray()
                .Select(function => new FunctionMetadata(function)),
        ];

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(MaxDuration);
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "publish",
                RepositoryFolder.At("src", "Functions"),
                "--configuration",
                "Release",
                "--nologo",
                "--output",
                _folder.FullName,
                "-nodeReuse:false",
                // They ran when the solution was built, and change nothing of what is published.
                "-property:RunAnalyzers=false",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        try
        {
            var said = publish.StandardOutput.ReadToEndAsync(limit.Token);
            var complained = publish.StandardError.ReadToEndAsync(limit.Token);
            await publish.WaitForExitAsync(limit.Token);
            Assert.True(publish.ExitCode == 0, await said + await complained);
        }
        catch (OperationCanceledException exception)
        {
            publish.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet publish src/Functions did not end within {MaxDuration.TotalMinutes} minutes.", exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }
}
