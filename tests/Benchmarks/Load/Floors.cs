using System.Diagnostics;
using Azure.Data.Tables;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Load;

/// <summary>What the parts below the miner can do at best: Kestrel with an endpoint that does nothing, and inserts alone.</summary>
internal static class Floors
{
    /// <summary>
    /// Publishes, as SelfHost is published, an app that serves an answer of the usual size to every request. Like SelfHost it does not
    /// watch its settings for changes, which would scan every folder below the working directory when it starts.
    /// </summary>
    /// <returns>The program; its argument is the port.</returns>
    public static async Task<string> PublishAsync(Checkout checkout)
    {
        Report.Say("Publishing an empty endpoint …");
        var source = await WorkerStart.WriteAppAsync(
            checkout,
            "empty-endpoint-source",
            """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <PublishReadyToRun>true</PublishReadyToRun>
                <InvariantGlobalization>true</InvariantGlobalization>
                <ServerGarbageCollection>false</ServerGarbageCollection>
              </PropertyGroup>
            </Project>
            """,
            """
            using System.Net;
            using System.Text;

            var body = Encoding.ASCII.GetBytes("{\"prediction\":7.1,\"interval\":[7.0,7.2],\"x\":\"" + new string('x', 700) + "\"}");
            var options = new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] };
            var builder = WebApplication.CreateSlimBuilder(options);
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(args[0])));
            await using var app = builder.Build();
            app.Run(async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body);
            });
            await app.RunAsync();
            """
        );
        var folder = WorkerStart.Folder(checkout, "empty-endpoint");
        await WorkerStart.DotnetAsync(
            checkout,
            ["publish", source, "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-o", folder]
        );
        return Path.Combine(folder, WorkerStart.FileName(WorkerStart.EmptyApp));
    }

    /// <summary>Inserts one row like those of nonces.</summary>
    public static Task InsertAsync(TableClient table) =>
        table.AddEntityAsync(new TableEntity("20261126T1535", Guid.NewGuid().ToString("N")) { ["Attempt"] = Guid.NewGuid() });

    /// <summary>Inserts rows like those of nonces, by so many writers at once.</summary>
    /// <returns>Inserts a second, and their median time in milliseconds.</returns>
    public static async Task<(double PerSecond, double P50)> InsertAsync(string storage, int writers, TimeSpan length)
    {
        var table = new TableClient(storage, "floor" + Guid.NewGuid().ToString("N"));
        await table.CreateAsync();
        var (count, began) = (0, Stopwatch.GetTimestamp());
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (Stopwatch.GetElapsedTime(began) < length)
                        {
                            var sent = Stopwatch.GetTimestamp();
                            await InsertAsync(table);
                            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                            Interlocked.Increment(ref count);
                        }
                    })
                )
        );
        var ordered = times.Order().ToArray();
        return (count / Stopwatch.GetElapsedTime(began).TotalSeconds, ordered[ordered.Length / 2]);
    }
}
