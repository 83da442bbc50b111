using System.Diagnostics;
using System.Text;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Miner;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Benchmarks.Growth;

/// <summary>
/// Measures what each kind of work costs with the storage of two months and with that of a year, in operations, in bytes that storage
/// returns and in time: <c>dotnet run -c Release --project tests/Benchmarks -- growth [--write]</c>.
/// </summary>
internal static class GrowthCommand
{
    /// <summary>Each of another of 64 callers.</summary>
    private const int Challenged = 320;

    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();

        // The first round only warms this process up.
        await MeasureAsync(checkout, days: 60, nonces: 0);
        var (young, storedYoung) = await MeasureAsync(checkout, days: 60, nonces: 0);
        var (old, storedOld) = await MeasureAsync(checkout, days: 365, nonces: 200_000);

        var report = new StringBuilder();
        report.AppendLine(Report.Machine());
        report.AppendLine();
        report.AppendLine($"Two months are {storedYoung}; a year is {storedOld}.");
        report.AppendLine();
        report.AppendLine("| Work | Operations: two months, a year | KB returned: two months, a year | ms: two months, a year |");
        report.AppendLine("|---|---|---|---|");
        foreach (var (before, after) in young.Zip(old))
        {
            var counted =
                before.Operations > 0
                    ? $"{before.Operations:0.##}, {after.Operations:0.##} | {before.Bytes / 1e3:0.0}, {after.Bytes / 1e3:0.0}"
                    : " | ";
            report.AppendLine($"| {before.Work} | {counted} | {before.Ms:0.0}, {after.Ms:0.0} |");
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "growth", report.ToString());
        return 0;
    }

    private static async Task<(IReadOnlyList<Cost> Costs, string Stored)> MeasureAsync(Checkout checkout, int days, int nonces)
    {
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        await using var counting = new FaultyStorage(azurite.ConnectionString);
        var stored = await StoredPast.FillAsync(
            new MinerTables(new StorageSettings(azurite.ConnectionString, "growth")),
            clock => Services(azurite.ConnectionString, clock).BuildServiceProvider(),
            TimeProvider.System.GetUtcNow(),
            days,
            nonces
        );
        Report.Say($"Stored {stored}.");

        // Tables that the first work would have to create are there.
        await using (var first = Services(azurite.ConnectionString, TimeProvider.System).BuildServiceProvider())
        {
            await first.GetRequiredService<HousekeepingRunner>().RunAsync(CancellationToken.None);
        }

        return (await CostsAsync(counting), stored);
    }

    private static async Task<IReadOnlyList<Cost>> CostsAsync(FaultyStorage storage)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var costs = new List<Cost>();
        WebApplication? app = null;
        LoadConnection? connection = null;
        await CostAsync(
            "start and first challenge",
            1,
            async () =>
            {
                app = await StartAsync(storage.ConnectionString, clock);
                connection = await LoadConnection.OpenAsync(new Uri(app.Urls.Single()).Port);
                await AskAsync(connection, Challenges.Signed(1)[0]);
            }
        );
        await using var running = app!;
        using var open = connection!;
        var requests = Challenges.Signed(Challenged);
        var times = new List<double>();
        await CostAsync(
            "a challenge",
            Challenged,
            async () =>
            {
                foreach (var request in requests)
                {
                    var began = Stopwatch.GetTimestamp();
                    await AskAsync(open, request);
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        );
        times.Sort();
        costs.Add(new("a challenge, 99th percentile", 0, 0, times[(int)(0.99 * times.Count)]));
        var (poll, housekeeping) = (
            running.Services.GetRequiredService<PollAndScore>(),
            running.Services.GetRequiredService<HousekeepingRunner>()
        );
        await CostAsync(
            "a poll and its scoring",
            6,
            async () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    clock.Advance(TimeSpan.FromMinutes(5));
                    await poll.RunAsync(CancellationToken.None);
                }
            }
        );
        await CostAsync("housekeeping", 1, () => housekeeping.RunAsync(CancellationToken.None));
        using var client = new HttpClient { BaseAddress = new(running.Urls.Single()) };
        await CostAsync("the dashboard's data", 1, () => ReadAsync(client, "/api/dashboard"));
        await CostAsync("the track record of a month", 1, () => ReadAsync(client, Month(clock)));
        return costs;

        async Task CostAsync(string work, int times, Func<Task> run)
        {
            storage.Take();
            var (bytes, began) = (storage.BytesReturned, Stopwatch.GetTimestamp());
            await run();
            var ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds / times;

            // What goes on behind the answers belongs to them.
            await Task.Delay(500);
            costs.Add(new(work, (double)storage.Take().Count / times, (double)(storage.BytesReturned - bytes) / times, ms));
        }
    }

    private static async Task ReadAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    private static string Month(TimeProvider clock) =>
        $"/api/track-record?from={clock.GetUtcNow().AddDays(-29):yyyy-MM-dd}&to={clock.GetUtcNow():yyyy-MM-dd}";

    private static async Task AskAsync(LoadConnection connection, byte[] request)
    {
        if (!(await connection.SendAsync(request)).HoldsForecast)
        {
            throw new CommandException("A challenge was not answered with a forecast.");
        }
    }

    private static async Task<WebApplication> StartAsync(string storage, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        AddMiner(builder.Services, storage, clock);
        var app = builder.Build();
        app.MapMiner();
        await app.StartAsync();
        return app;
    }

    private static ServiceCollection Services(string storage, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        AddMiner(services, storage, clock);
        return services;
    }

    private static void AddMiner(IServiceCollection services, string storage, TimeProvider clock)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("ASPNETCORE_ENVIRONMENT", "Development"),
                new("Bittbridge:Access", "signed"),
                new("Bittbridge:Hotkey", Challenges.Miner.ToString()),
                new("Bittbridge:Network", "http://127.0.0.1:1"),
                new("Bittbridge:Limits:PerCallerPerMinute", "0"),
                new("Bittbridge:ForecastRetentionDays", "400"),
                new("Bittbridge:Prices:Source", "simulated"),
                new("Bittbridge:Storage", storage),
                new("Bittbridge:TablePrefix", "growth"),
            ])
            .Build();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton(clock));

        // Its checks would come at any time between the counts.
        services.RemoveAll<IHealthCheckPublisher>();
    }

    /// <summary>What one piece of work costs.</summary>
    private sealed record Cost(string Work, double Operations, double Bytes, double Ms);
}
