using System.Net.Http.Json;
using System.Text.Json;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices.Rates;

/// <summary>A whole miner before an opening: poll of the rate, Table Storage, challenge, answer.</summary>
public sealed class LiveRateTests(TestStorage storage) : IAsyncDisposable
{
    /// <summary>Tuesday before the opening; the session before it closed on Monday at 19:00.</summary>
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Night);
    private readonly CoinGeckoStandIn _twelveData = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _twelveData.DisposeAsync();

    [Theory]
    [InlineData(7.1142, 0.0015)]
    [InlineData(7.0929, -0.0015)]
    public async Task The_answer_to_a_challenge_before_an_opening_has_moved_with_the_rate_and_is_wider(double rate, double move)
    {
        _twelveData.Answer(
            "/api/v3/time_series",
            200,
            FormattableString.Invariant(
                $$"""
                {"values":[{"datetime":"2026-11-24 00:55:00","close":"{{rate}}"},
                           {"datetime":"2026-11-23 18:55:00","close":"7.1035"}],"status":"ok"}
                """
            )
        );
        var plain = await AnswerAsync(("Bittbridge:Model", "filtered-smoothers"));
        await using var miner = await StartAsync(
            ("Bittbridge:TwelveData:ApiKey", "0123456789abcdef0123456789abcdef"),
            ("Bittbridge:TwelveData:BaseAddress", _twelveData.Address.ToString())
        );

        // Before the first poll the answer is that of the wrapped model.
        var before = await AskAsync(miner);
        Assert.True(await miner.Services.GetRequiredService<RateRefresh>().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromSeconds(20));
        await miner.Services.GetRequiredService<RateReader>().CurrentAsync(Ct);
        var after = await AskAsync(miner);

        Assert.Equal(plain, before);
        Assert.Equal(0.75 * move, Math.Log(after.Price / before.Price), 4);
        Assert.InRange(after.Width / before.Width, 1.2, 100);
    }

    private async Task<(double Price, double Width)> AnswerAsync((string Name, string Value) setting)
    {
        await using var miner = await StartAsync(setting);
        return await AskAsync(miner);
    }

    private Task<RunningMiner> StartAsync(params (string Name, string Value)[] settings)
    {
        var tables = storage.NewSettings();
        return RunningMiner.StartAsync(
            FixedPrices.Until(Night),
            [("Bittbridge:Storage", tables.Location), ("Bittbridge:TablePrefix", tables.TablePrefix[..20]), .. settings],
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
        );
    }

    private static async Task<(double Price, double Width)> AskAsync(RunningMiner miner)
    {
        using var response = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = Night }, Ct);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
        return (
            answer.GetProperty("prediction").GetDouble(),
            answer.GetProperty("interval")[1].GetDouble() - answer.GetProperty("interval")[0].GetDouble()
        );
    }
}
