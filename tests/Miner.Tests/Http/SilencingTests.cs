using System.Globalization;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>No caller can make the model stop answering other callers.</summary>
public sealed class SilencingTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    private int _runs;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_observed_request_sent_again_384_times_with_late_bodies_costs_no_forecast_and_the_model_answers_on()
    {
        await using var miner = await StartAsync();
        using var alice = new TestValidator("//Alice");
        using var observed = alice.Ask();
        using var first = TestValidator.Again(observed);
        Assert.Equal("odd@1", await ModelAsync(miner, first));

        var answers = await Task.WhenAll(Enumerable.Range(0, 384).Select(_ => SendLateAsync(miner, observed)));

        Assert.Every(answers, answer => Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal));
        Assert.Equal(1, Volatile.Read(ref _runs));
        using var next = alice.Ask();
        Assert.Equal("odd@1", await ModelAsync(miner, next));
    }

    [Fact]
    public async Task A_rivals_98_slow_requests_are_answered_by_the_model_and_it_answers_on()
    {
        await using var miner = await StartAsync();
        using var rival = new TestValidator("//Charlie");
        var requests = Enumerable.Range(0, 98).Select(_ => rival.Ask()).ToList();

        var answers = await Task.WhenAll(requests.Select(request => SendLateAsync(miner, request)));

        requests.ForEach(request => request.Dispose());
        Assert.Every(answers, answer => Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal));
        using var alice = new TestValidator("//Alice");
        using var honest = alice.Ask();
        Assert.Equal("odd@1", await ModelAsync(miner, honest));
        Assert.Equal(99, Volatile.Read(ref _runs));
    }

    [Fact]
    public async Task Health_is_judged_without_a_run_of_the_model()
    {
        await using var miner = await StartAsync(() => throw new InvalidOperationException("broken"));
        for (var i = 0; i < 50; i++)
        {
            using var health = await miner.Client.GetAsync("/health/ready", Ct);
        }

        Assert.Equal(0, Volatile.Read(ref _runs));
        using var alice = new TestValidator("//Alice");
        using var honest = alice.Ask();
        Assert.Equal("last-price@1", await ModelAsync(miner, honest));
        Assert.Equal(1, Volatile.Read(ref _runs));
    }

    private Task<RunningMiner> StartAsync(Action? before = null) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            new RememberedForecasts(),
            new OddModel(
                (_, history, _) =>
                {
                    Interlocked.Increment(ref _runs);
                    before?.Invoke();
                    return new(new Forecast(history.Newest!.Value.Cny));
                }
            ),
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
            ("Bittbridge:Replay", "memory"),
            ("Bittbridge:BudgetMs", Budget.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
            ("Bittbridge:Limits:PerCallerPerMinute", "0"),
            ("Bittbridge:Limits:PerSecond", "0")
        );

    private static async Task<string> ModelAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using var response = await miner.Client.SendAsync(request, Ct);
        return response.Headers.GetValues("x-bittbridge-model").Single();
    }

    /// <summary>The head at once, and the body when a budget that ran from there would be spent.</summary>
    private static Task<string> SendLateAsync(RunningMiner miner, HttpRequestMessage request) =>
        miner.SendLateAsync(request, () => Task.Delay(Budget + TimeSpan.FromMilliseconds(200), Ct));
}
