using System.Diagnostics;
using System.Text;
using Azure.Data.Tables;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Miner;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
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
/// Measures what each kind of work costs with an empty storage, with that of two months and with that of a year, in operations, in bytes
/// that storage returns and in time: <c>dotnet run -c Release --project tests/Benchmarks -- growth [--write]</c>. 256 validators of a
/// subnet, which a stand-in for a node of the chain serves, ask in every slot. It exits with 1 when the operations of a kind of work grow
/// by more than <see cref="MaxGrowth"/> times.
/// </summary>
internal static class GrowthCommand
{
    private const string Prefix = "growth";

    /// <summary>
    /// How many slots pass before the work is measured, so that the forecasts of the first ones have matured, and that housekeeping, which
    /// comes after some more, has nonces to delete.
    /// </summary>
    private const int SlotsBefore = 26;

    /// <summary>How many polls are measured.</summary>
    private const int Polls = 6;

    /// <summary>How many validators ask at a time in the slots that are not measured.</summary>
    private const int Connections = 8;

    /// <summary>By how much the operations of a year may exceed those of an empty storage.</summary>
    private const double MaxGrowth = 1.2;

    /// <summary>How many operations of a floor are measured.</summary>
    private const int BareOperations = 200;

    private static readonly Past[] Pasts = [new("empty", 0, 0), new("two months", 60, 0), new("a year", 365, 200_000)];

    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        var head = await Report.HeadAsync(checkout);

        // The same time of the day for each, since the row of a day grows until its end; in the morning, so that no day ends meanwhile.
        var now = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddHours(9);

        // The first round only warms this process up.
        await MeasureAsync(checkout, Pasts[0], now);
        var measured = new List<(Past Past, IReadOnlyList<Cost> Costs, string Stored)>();
        foreach (var past in Pasts)
        {
            var (costs, stored) = await MeasureAsync(checkout, past, now);
            measured.Add((past, costs, stored));
        }

        var works = measured[0].Costs.Select((_, i) => measured.Select(one => one.Costs[i]).ToList()).ToList();
        var report = Render(head, measured, works);
        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "growth", report);
        var grown = works.Where(costs => costs[^1].Count > MaxGrowth * costs[0].Count).Select(costs => costs[0].Work).ToList();
        if (grown.Count > 0)
        {
            Report.Say($"The operations grow by more than {MaxGrowth} times: {string.Join(", ", grown)}.");
        }

        return grown.Count == 0 ? 0 : 1;
    }

    private static string Render(string head, List<(Past Past, IReadOnlyList<Cost> Costs, string Stored)> measured, List<List<Cost>> works)
    {
        var names = string.Join(", ", measured.Select(one => one.Past.Name));
        var report = new StringBuilder();
        report.AppendLine(head);
        report.AppendLine();
        report.AppendLine($"Stored: {string.Join("; ", measured.Select(one => $"{one.Past.Name}: {one.Stored}"))}.");
        report.AppendLine();
        report.AppendLine($"| Work | Operations: {names} | KB returned: {names} | ms: {names} | A year / empty: operations, KB, ms |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var costs in works)
        {
            var counted = costs.Any(cost => cost.Count > 0);
            report.AppendLine(
                $"| {costs[0].Work} | {(counted ? Each(costs, cost => $"{cost.Count:0.##}") : "")} "
                    + $"| {(counted ? Each(costs, cost => $"{cost.Bytes / 1e3:0.0}") : "")} | {Each(costs, cost => $"{cost.Ms:0.0}")} "
                    + $"| {(counted ? $"{Ratio(costs, cost => cost.Count)}, {Ratio(costs, cost => cost.Bytes)}, " : "")}"
                    + $"{Ratio(costs, cost => cost.Ms)} |"
            );
        }

        report.AppendLine();
        report.AppendLine($"| Work | {string.Join(" | ", measured.Select(one => $"Operations: {one.Past.Name}"))} |");
        report.AppendLine($"|---|{string.Concat(measured.Select(_ => "---|"))}");
        foreach (var costs in works.Where(costs => costs.Any(cost => cost.Count > 0)))
        {
            report.AppendLine($"| {costs[0].Work} | {string.Join(" | ", costs.Select(cost => cost.ByKind))} |");
        }

        return report.ToString();
    }

    private static string Each(List<Cost> costs, Func<Cost, string> figure) => string.Join(", ", costs.Select(figure));

    private static string Ratio(List<Cost> costs, Func<Cost, double> figure)
    {
        var (before, after) = (figure(costs[0]), figure(costs[^1]));
        return before > 0 ? $"{after / before:0.00}"
            : after > 0 ? "from 0"
            : "0";
    }

    private static async Task<(IReadOnlyList<Cost> Costs, string Stored)> MeasureAsync(Checkout checkout, Past past, DateTimeOffset now)
    {
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        await using var counting = new FaultyStorage(azurite.ConnectionString);
        await using var chain = ChainNode.Start();
        Report.Say($"Filling a storage ({past.Name}) …");
        var stored = await StoredPast.FillAsync(
            new MinerTables(new StorageSettings(azurite.ConnectionString, Prefix)),
            now,
            past.Days,
            past.Nonces,
            lastNonce: now + (SlotsBefore + Polls) * PriceSlot.Step
        );
        Report.Say($"Stored ({past.Name}): {stored}.");

        // The tables and the list of validators that the first work would have to create are there.
        await using (var first = Services(azurite.ConnectionString, chain, new FakeTimeProvider(now)).BuildServiceProvider())
        {
            await first.GetRequiredService<HousekeepingRunner>().RunAsync(CancellationToken.None);
        }

        // What the filling leaves in memory must not slow the work down.
        GC.Collect();
        return (await CostsAsync(counting, chain, now), stored);
    }

    private static async Task<IReadOnlyList<Cost>> CostsAsync(FaultyStorage storage, RecordedNode chain, DateTimeOffset now)
    {
        var clock = new FakeTimeProvider(now);
        var costs = new List<Cost>();
        WebApplication? app = null;
        LoadConnection? connection = null;
        await CostAsync(
            "start and first challenge",
            1,
            async () =>
            {
                app = await StartAsync(storage.ConnectionString, chain, clock);
                connection = await LoadConnection.OpenAsync(PortOf(app));
                await AskAsync(connection, Challenges.SignedAt(1, now)[0]);
            }
        );
        await using var running = app!;
        using var open = connection!;
        var times = new List<double>();
        await CostAsync("a caller's first challenge in a slot", Challenges.MaxHotkeys, () => AskAllAsync(open, clock, times));
        await CostAsync("a further challenge", Challenges.MaxHotkeys, () => AskAllAsync(open, clock, times));
        times.Sort();
        costs.Add(new("a challenge, 99th percentile", [], 0, times[(int)(0.99 * times.Count)]));
        var services = running.Services;
        var (poll, housekeeping, counts, prices) = (
            services.GetRequiredService<PollAndScore>(),
            services.GetRequiredService<HousekeepingRunner>(),
            services.GetRequiredService<InstanceCounts>(),
            services.GetRequiredService<IPriceStore>()
        );
        for (var slot = 1; slot <= SlotsBefore; slot++)
        {
            await PollAsync();
            await AskAllAtOnceAsync(running, clock);
        }

        await CostAsync("storing the counts of an instance", 1, () => counts.StoreAsync(CancellationToken.None));

        // The first claim inserts the row that later ones replace.
        await ClaimAsync(clock.GetUtcNow());
        await CostAsync("the claim of a scheduled poll", 1, () => ClaimAsync(clock.GetUtcNow() + PriceSlot.Step));
        await CostAsync(
            "a poll and its scoring",
            Polls,
            async () =>
            {
                for (var i = 0; i < Polls; i++)
                {
                    await PollAsync();
                }
            }
        );
        await CostAsync("housekeeping", 1, () => housekeeping.RunAsync(CancellationToken.None));
        await using var receiver = new StandInServer(_ => Task.CompletedTask);
        await using var notifying = Services(storage.ConnectionString, chain, clock, receiver.Url).BuildServiceProvider();
        await CostAsync("notifications", 1, () => notifying.GetRequiredService<Notifier>().RunOnceAsync(CancellationToken.None));
        using var client = new HttpClient { BaseAddress = new(running.Urls.Single()) };
        await CostAsync("the dashboard's data", 1, () => ReadAsync(client, "/api/dashboard"));
        await CostAsync("the track record of a month", 1, () => ReadAsync(client, Month(clock)));

        // What Azurite itself takes with these tables.
        var tables = new MinerTables(new StorageSettings(storage.ConnectionString, Prefix));
        await CostAsync("a bare insert of a nonce (floor)", BareOperations, () => InsertAsync(tables.ForRequests(MinerTables.Nonces)));
        await CostAsync(
            "a bare query for one forecast (floor)",
            BareOperations,
            () => QueryAsync(tables.ForRequests(MinerTables.Forecasts), now)
        );
        return costs;

        Task ClaimAsync(DateTimeOffset next) => prices.TryClaimScheduledPollAsync(next, CancellationToken.None);

        async Task PollAsync()
        {
            clock.Advance(PriceSlot.Step);
            await poll.RunAsync(CancellationToken.None);
        }

        async Task CostAsync(string work, int times, Func<Task> run)
        {
            // What went on behind the work before belongs to that.
            await Task.Delay(500);
            storage.Take();
            var (bytes, began) = (storage.BytesReturned, Stopwatch.GetTimestamp());
            await run();
            var ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds / times;

            // What goes on behind the answers belongs to them.
            await Task.Delay(500);
            var kinds = storage.Take().CountBy(operation => operation).Select(kind => new Operation(kind.Key, (double)kind.Value / times));
            costs.Add(new(work, [.. kinds], (double)(storage.BytesReturned - bytes) / times, ms));
        }
    }

    /// <summary>Each validator asks once.</summary>
    private static async Task AskAllAsync(LoadConnection connection, TimeProvider clock, List<double> times)
    {
        foreach (var request in Challenges.SignedAt(Challenges.MaxHotkeys, clock.GetUtcNow(), hotkeys: Challenges.MaxHotkeys))
        {
            var began = Stopwatch.GetTimestamp();
            await AskAsync(connection, request);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <summary>The same over several connections.</summary>
    private static async Task AskAllAtOnceAsync(WebApplication app, TimeProvider clock)
    {
        var requests = Challenges.SignedAt(Challenges.MaxHotkeys, clock.GetUtcNow(), hotkeys: Challenges.MaxHotkeys);
        var run = await LoadRun.PlayAsync(PortOf(app), Connections, requests, TimeSpan.FromMinutes(1));
        if (run.Statuses.GetValueOrDefault(200) != requests.Length)
        {
            throw new CommandException($"Not every challenge was answered with a forecast: {run.InWords}.");
        }
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.Single()).Port;

    private static async Task AskAsync(LoadConnection connection, byte[] request)
    {
        if (!(await connection.SendAsync(request)).HoldsForecast)
        {
            throw new CommandException("A challenge was not answered with a forecast.");
        }
    }

    private static async Task InsertAsync(TableClient nonces)
    {
        for (var i = 0; i < BareOperations; i++)
        {
            await Floors.InsertAsync(nonces);
        }
    }

    /// <summary>Queries for the forecast of the first slot, with a filter as that of the scoring.</summary>
    private static async Task QueryAsync(TableClient forecasts, DateTimeOffset madeAt)
    {
        var target = PriceSlot.NearestTo(madeAt + Forecast.Horizon);
        var (day, first, end) = (
            ForecastKeys.Partition(PriceSeries.Simulated, target.Time),
            PriceKeys.Row(target),
            PriceKeys.Row(PriceSlot.NearestTo(target.Time + PriceSlot.Step))
        );
        for (var i = 0; i < BareOperations; i++)
        {
            var rows = await forecasts
                .QueryAsync<TableEntity>(
                    TableClient.CreateQueryFilter(
                        $"PartitionKey ge {day} and PartitionKey le {day} and RowKey ge {first} and RowKey lt {end}"
                    )
                )
                .CountAsync();
            if (rows != 1)
            {
                throw new CommandException($"There are {rows} forecasts for {target.Time:u} instead of one.");
            }
        }
    }

    private static async Task ReadAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    private static string Month(TimeProvider clock) =>
        $"/api/track-record?from={clock.GetUtcNow().AddDays(-29):yyyy-MM-dd}&to={clock.GetUtcNow():yyyy-MM-dd}";

    private static async Task<WebApplication> StartAsync(string storage, RecordedNode chain, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        AddMiner(builder.Services, storage, chain, clock);
        var app = builder.Build();
        app.MapMiner();
        await app.StartAsync();
        return app;
    }

    private static ServiceCollection Services(string storage, RecordedNode chain, TimeProvider clock, string? webhook = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        AddMiner(services, storage, chain, clock, webhook);
        return services;
    }

    private static void AddMiner(
        IServiceCollection services,
        string storage,
        RecordedNode chain,
        TimeProvider clock,
        string? webhook = null
    )
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                .. ChainNode.Settings(chain).Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value)),
                new("Bittbridge:ForecastRetentionDays", "400"),
                new("Bittbridge:Notify:Webhook", webhook),
                new("Bittbridge:Storage", storage),
                new("Bittbridge:TablePrefix", Prefix),
            ])
            .Build();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton(clock));

        // Its checks would come at any time between the counts.
        services.RemoveAll<IHealthCheckPublisher>();
    }

    /// <summary>What a storage holds when the work begins.</summary>
    private sealed record Past(string Name, int Days, int Nonces);

    /// <summary>How often one piece of work does an operation.</summary>
    private readonly record struct Operation(string Kind, double Times);

    /// <summary>What one piece of work costs.</summary>
    private sealed record Cost(string Work, IReadOnlyList<Operation> Operations, double Bytes, double Ms)
    {
        public double Count { get; } = Operations.Sum(operation => operation.Times);

        public string ByKind =>
            string.Join(
                ", ",
                Operations.OrderBy(operation => operation.Kind, StringComparer.Ordinal).Select(one => $"{one.Times:0.##} {one.Kind}")
            );
    }
}
