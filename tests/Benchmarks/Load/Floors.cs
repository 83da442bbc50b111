using System.Diagnostics;
using System.Net;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Benchmarks.Load;

/// <summary>What the parts below the miner can do at best: Kestrel with an endpoint that does nothing, and inserts alone.</summary>
internal static class Floors
{
    /// <summary>Serves an answer of the usual size to every request, until it is killed.</summary>
    public static async Task ServeAsync(int port)
    {
        var body = System.Text.Encoding.ASCII.GetBytes("""{"prediction":7.1,"interval":[7.0,7.2],"x":" """ + new string('x', 700) + "\"}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.RunAsync();
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
