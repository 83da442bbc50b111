using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// How long a worker of Azure Functions takes from its start until it connects to its host: that of the published package, the same without
/// ONNX Runtime, and the floor, an app with one empty function.
/// </summary>
internal static class WorkerStart
{
    /// <summary>The name of the apps that <see cref="WriteAppAsync"/> writes.</summary>
    public const string EmptyApp = "Empty";

    /// <summary>Publishes the three, and returns their names and programs.</summary>
    public static async Task<IReadOnlyList<(string Name, string Program)>> PublishAsync(Checkout checkout)
    {
        var (package, bare, empty) = (Folder(checkout, "functions"), Folder(checkout, "functions-bare"), Folder(checkout, "empty"));
        Report.Say("Publishing the Functions package …");
        await DotnetAsync(checkout, "publish", "src/Functions", "-c", "Release", "-o", package);
        foreach (var file in Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories))
        {
            if (!Path.GetFileName(file).Contains("onnxruntime", StringComparison.OrdinalIgnoreCase))
            {
                var copy = Path.Combine(bare, Path.GetRelativePath(package, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        // Else the host of .NET refuses to start a program whose list names a file that is missing.
        File.Delete(Path.Combine(bare, "Bittbridge.Functions.deps.json"));

        Report.Say("Publishing an app with one empty function …");
        var source = await WriteAppAsync(
            checkout,
            "empty-source",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <AzureFunctionsVersion>v4</AzureFunctionsVersion>
                <PublishRuntimeIdentifier>linux-x64</PublishRuntimeIdentifier>
                <PublishReadyToRun>true</PublishReadyToRun>
                <SelfContained>false</SelfContained>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker.Extensions.Http" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker.Sdk" />
              </ItemGroup>
            </Project>
            """,
            """
            using Microsoft.AspNetCore.Http;
            using Microsoft.AspNetCore.Mvc;
            using Microsoft.Azure.Functions.Worker;
            using Microsoft.Azure.Functions.Worker.Builder;
            using Microsoft.Extensions.Hosting;

            var builder = FunctionsApplication.CreateBuilder(args);
            builder.ConfigureFunctionsWebApplication();
            builder.Build().Run();

            public sealed class Functions
            {
                [Function("Empty")]
                public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkResult();
            }
            """
        );
        await File.WriteAllTextAsync(Path.Combine(source, "host.json"), """{ "version": "2.0" }""");
        await DotnetAsync(checkout, "publish", source, "-c", "Release", "-o", empty);
        return
        [
            ("the Functions package", Path.Combine(package, "Bittbridge.Functions.dll")),
            ("the same without ONNX Runtime", Path.Combine(bare, "Bittbridge.Functions.dll")),
            ("an app with one empty function (floor)", Path.Combine(empty, EmptyApp + ".dll")),
        ];
    }

    /// <summary>Starts a worker, and kills it when it has connected.</summary>
    public static async Task<(double Ms, double MB)> MeasureAsync(string program)
    {
        using var host = new TcpListener(IPAddress.Loopback, 0);
        host.Start();
        var command = Programs
            .Dotnet(Path.GetDirectoryName(program)!, [program, .. WorkerArguments.Of($"http://{host.LocalEndpoint}/")])
            .WithEnvironmentVariables(
                new Dictionary<string, string?>
                {
                    ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                    ["DOTNET_ENVIRONMENT"] = "Development",
                    ["Bittbridge__Storage"] = "UseDevelopmentStorage=true",
                    ["Bittbridge__Access"] = "open",
                    ["Bittbridge__Network"] = "http://127.0.0.1:1",
                }
            );
        var began = Stopwatch.GetTimestamp();
        await using var worker = ChildProcess.Start(command);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var connection = await host.AcceptTcpClientAsync(limit.Token);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        using var process = Process.GetProcessById(worker.Id);
        var memory = process.WorkingSet64 / 1e6;
        await worker.KillAsync();
        return (elapsed, memory);
    }

    /// <summary>Makes a folder, or empties it.</summary>
    public static string Empty(string path)
    {
        var folder = new DirectoryInfo(path);
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        folder.Create();
        return folder.FullName;
    }

    /// <summary>Makes a folder for what is published, or empties it.</summary>
    public static string Folder(Checkout checkout, string name) => Empty(checkout.At("artifacts", "start", name));

    /// <summary>Writes an app of one file, and returns its folder.</summary>
    public static async Task<string> WriteAppAsync(Checkout checkout, string name, string project, string program)
    {
        var folder = Folder(checkout, name);
        // No rule of this repository but the versions of its packages.
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Directory.Build.props"),
            "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>"
        );
        await File.WriteAllTextAsync(Path.Combine(folder, EmptyApp + ".csproj"), project);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program);
        return folder;
    }

    /// <summary>The file of a published program on this system.</summary>
    public static string FileName(string program) => program + (OperatingSystem.IsWindows() ? ".exe" : "");

    public static async Task DotnetAsync(Checkout checkout, params string[] arguments)
    {
        var run = await ChildProcess.RunAsync(Programs.Dotnet(checkout.Root, arguments), null, CancellationToken.None);
        if (!run.Succeeded)
        {
            throw new CommandException($"dotnet {string.Join(' ', arguments)} failed: {string.Join('\n', run.Errors)}");
        }
    }
}
