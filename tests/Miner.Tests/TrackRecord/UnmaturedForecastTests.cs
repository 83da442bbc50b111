using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.TrackRecord;

/// <summary>
/// A rival that reads every endpoint, even as the operator, or the log, learns nothing about an answer before its hour is over.
/// </summary>
public sealed class UnmaturedForecastTests(TestStorage storage)
{
    private static readonly string[] Paths =
    [
        "/health/live",
        "/health/ready",
        "/health/details",
        "/",
        "/dashboard",
        "/api/dashboard",
        "/public",
        "/public/data",
        "/api/track-record",
        "/api/track-record?slots=true",
        "/api/track-record?format=csv",
        "/api/track-record?format=csv&slots=true",
        "/openapi.json",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_in_the_answer_to_its_challenge_and_nowhere_else()
    {
        var log = new KeptLog();
        var settings = storage.NewSettings();
        var prefix = "t" + settings.TablePrefix[..16];
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            [("Bittbridge:Storage", settings.Location), ("Bittbridge:TablePrefix", prefix), ("Bittbridge:Dashboard", "public")],
            services =>
            {
                services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
                services.Replace(ServiceDescriptor.Singleton<IForecastLog, TableForecastLog>());
            }
        );
        using var response = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = TimeProvider.System.GetUtcNow() }, Ct);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
        var told = new[] { answer.GetProperty("prediction"), answer.GetProperty("interval")[0], answer.GetProperty("interval")[1] }
            .Select(number => number.GetRawText()[..8])
            .ToList();
        var forecasts = new TableClient(settings.Location, prefix + MinerTables.Forecasts);
        await Polling.UntilAsync(() => IsStoredAsync(forecasts));
        Assert.Equal(1, log.Count(3000));

        // What the timer does after a poll.
        await miner.Services.GetRequiredService<ForecastScoring>().RunAsync(Ct);
        foreach (var path in Paths)
        {
            using var shown = await miner.Client.GetAsync(path, Ct);
            Assert.True(shown.IsSuccessStatusCode, $"{path} answered {shown.StatusCode}");
            var text = await shown.Content.ReadAsStringAsync(Ct) + shown.Headers;
            Assert.Every(told, number => Assert.DoesNotContain(number, text, StringComparison.Ordinal));
        }

        Assert.Every(log.Lines, line => Assert.Every(told, number => Assert.DoesNotContain(number, line.Text, StringComparison.Ordinal)));
    }

    private static async Task<bool> IsStoredAsync(TableClient forecasts)
    {
        try
        {
            return await forecasts.QueryAsync<TableEntity>(cancellationToken: Ct).AnyAsync(Ct);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first answer creates the table.
            return false;
        }
    }
}
