using System.Net;
using System.Net.Http.Json;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.TrackRecord;

/// <summary>What the scoring needs of a live answer is recorded with it.</summary>
public sealed class RecordedRoleTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_of_the_model_and_a_fallback_are_distinguished_and_have_the_last_price()
    {
        var prices = FixedPrices.Until(Now);
        var newest = prices.InMemory!.History.Newest!.Value.Cny;
        var good = await RecordedAsync(prices, new OddModel((_, _, _) => new(new Forecast(7.1))));
        Assert.Equal((ForecastRole.Active, newest, "odd"), (good.Role, good.LastPrice, good.Model.Name));

        var bad = await RecordedAsync(prices, new OddModel((_, _, _) => throw new InvalidOperationException("broken")));
        Assert.Equal((ForecastRole.Fallback, newest, "last-price"), (bad.Role, bad.LastPrice, bad.Model.Name));
        Assert.Equal(newest, bad.Forecast.Price);
    }

    [Fact]
    public async Task A_shadow_s_forecast_has_the_last_price_too()
    {
        var clock = new FakeTimeProvider(Now);
        var (log, snapshot) = (new RememberedForecasts(), FixedPrices.Until(Now).InMemory!);
        var shadow = FixedServing.Served(new OddModel((_, _, _) => new(new Forecast(7.2))), clock);
        var serving = FixedServing.Of(new LastPriceModel(), clock);
        serving.Current = serving.Current with { Shadows = [new Shadow(shadow, shadow.With(FixedServing.Forecasters))] };
        var running = new ShadowRuns(
            serving,
            new(log, new(clock, NullLogger<PendingWork>.Instance), clock, NullLogger<ForecastRecording>.Instance),
            new() { Storage = new("UseDevelopmentStorage=true") },
            clock,
            NullLogger<ShadowRuns>.Instance
        ).RunAsync(
            new(new Forecast(7.1), new("last-price", "1"), Now, snapshot.Series, snapshot.Source, null) { History = snapshot.History }
        );
        await running.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        var record = Assert.Single(log.Records);
        Assert.Equal((ForecastRole.Shadow, snapshot.History.Newest!.Value.Cny), (record.Role, record.LastPrice));
    }

    private static async Task<ForecastRecord> RecordedAsync(FixedPrices prices, OddModel model)
    {
        var log = new RememberedForecasts();
        await using var miner = await RunningMiner.StartAsync(prices, log, model);
        using var response = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = Now.ToString("O") }, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        for (var tries = 0; log.Records.IsEmpty; tries++)
        {
            Assert.True(tries < 3000, "The answer was not recorded within 30 s.");
            await Task.Delay(10, Ct);
        }

        return Assert.Single(log.Records);
    }
}
