using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Functions.Tests;

/// <summary>The files that are deployed.</summary>
public sealed class PackageTests(PublishedApp app)
{
    [Fact]
    public void The_host_finds_what_it_reads() =>
        Assert.Superset(
            new HashSet<string>
            {
                "host.json",
                "functions.metadata",
                "worker.config.json",
                "extensions.json",
                "Bittbridge.Functions.dll",
                "Bittbridge.Functions.runtimeconfig.json",
            },
            app.Files.ToHashSet()
        );

    [Fact]
    public void The_host_s_settings_are_those_at_the_root_and_routes_have_no_prefix()
    {
        var host = File.ReadAllText(app.At("host.json"));
        Assert.Equal(File.ReadAllText(RepositoryFolder.At("host.json")), host);
        Assert.Equal(
            ("OpenTelemetry", ""),
            (
                JsonNode.Parse(host)!["telemetryMode"]!.GetValue<string>(),
                JsonNode.Parse(host)!["extensions"]!["http"]!["routePrefix"]!.GetValue<string>()
            )
        );
    }

    [Fact]
    public void The_host_starts_the_worker_that_was_built()
    {
        var description = JsonNode.Parse(File.ReadAllText(app.At("worker.config.json")))!["description"]!;
        Assert.Equal("dotnet-isolated", description["language"]!.GetValue<string>());
        Assert.Contains("Bittbridge.Functions.dll", description["defaultWorkerPath"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_a_developer_s_own_machine_goes_along()
    {
        Assert.DoesNotContain(app.Files, file => file.Contains("local.settings", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(
            app.Files,
            file =>
                file.Contains("appsettings", StringComparison.OrdinalIgnoreCase)
                || file.Contains("launchSettings", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Every(
            app.Files.Where(file =>
                file.EndsWith(".json", StringComparison.Ordinal) && !file.EndsWith(".deps.json", StringComparison.Ordinal)
            ),
            file => Assert.DoesNotContain("Development", File.ReadAllText(app.At(file)), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Everything_of_the_miner_is_compiled_ahead()
    {
        var assemblies = app
            .Files.Where(file =>
                file.StartsWith("Bittbridge.", StringComparison.Ordinal) && file.EndsWith(".dll", StringComparison.Ordinal)
            )
            .ToList();
        Assert.Equal(
            [
                "Bittbridge.Bittensor.dll",
                "Bittbridge.Functions.dll",
                "Bittbridge.Miner.dll",
                "Bittbridge.Models.dll",
                "Bittbridge.Onnx.dll",
            ],
            assemblies.Order(StringComparer.Ordinal)
        );
        Assert.Every(assemblies, file => Assert.True(IsCompiledAhead(app.At(file)), $"{file} holds no native code."));
    }

    [Fact]
    public void Native_libraries_are_those_of_Linux_on_x64_alone()
    {
        Assert.Contains(app.Files, file => file.EndsWith("libonnxruntime.so", StringComparison.Ordinal));
        Assert.Contains(app.Files, file => file.EndsWith("libsodium.so", StringComparison.Ordinal));
        Assert.DoesNotContain(
            app.Files,
            file =>
                file.StartsWith("runtimes/", StringComparison.Ordinal) && !file.StartsWith("runtimes/linux-x64/", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            app.Files,
            file => file.EndsWith(".dylib", StringComparison.Ordinal) || file.EndsWith(".exe", StringComparison.Ordinal)
        );
    }

    private static bool IsCompiledAhead(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
