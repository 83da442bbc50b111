using System.Globalization;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>No caller can make the model stop answering other callers.</summary>
public sealed class SilencingTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    private readonly WatchedClock _clock = new();
    private readonly RememberedForecasts _log = new();
    private int _runs;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_observed_request_sent_again_384_times_with_late_bodies_costs_no_forecast_and_the_model_answers_on()
    {
        await using var miner = await StartAsync();
        using var alice = new TestValidator("//Alice", _clock);
        using var observed = alice.Ask();
        using var first = TestValidator.Again(observed);
        Assert.Equal("odd@1", await ModelAsync(miner, first));
        await Polling.UntilAsync(() => !_log.Records.IsEmpty);

        var answers = await SendLateAsync(miner, Enumerable.Repeat(observed, 384));

        Assert.Every(answers, answer => Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal));
        Assert.Equal(1, Volatile.Read(ref _runs));
        using var next = alice.Ask();
        Assert.Equal("odd@1", await ModelAsync(miner, next));
    }

    [Fact]
    public async Task A_rivals_98_slow_requests_are_answered_by_the_model_and_it_answers_on()
    {
        await using var miner = await StartAsync();
        using var rival = new TestValidator("//Charlie", _clock);
        var requests = Enumerable.Range(0, 98).Select(_ => rival.Ask()).ToList();

        var answers = await SendLateAsync(miner, requests);

        requests.ForEach(request => request.Dispose());
        Assert.Every(answers, answer => Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal));
        using var alice = new TestValidator("//Alice", _clock);
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
            // A report is reused for a second.
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, Volatile.Read(ref _runs));
        using var alice = new TestValidator("//Alice", _clock);
        using var honest = alice.Ask();
        Assert.Equal("last-price@1", await ModelAsync(miner, honest));
        Assert.Equal(1, Volatile.Read(ref _runs));
    }

    private Task<RunningMiner> StartAsync(Action? before = null)
    {
        var model = new OddModel(
            (_, history, _) =>
            {
                Interlocked.Increment(ref _runs);
                before?.Invoke();
                return new(new Forecast(history.Newest!.Value.Cny));
            }
        );
        return RunningMiner.StartAsync(
            FixedPrices.Until(_clock.GetUtcNow()),
            [
                ("Bittbridge:Model", model.Id.Name),
                ("Bittbridge:Access", "signed"),
                ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
                ("Bittbridge:Replay", "memory"),
                ("Bittbridge:BudgetMs", Budget.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
                ("Bittbridge:Limits:PerCallerPerMinute", "0"),
                ("Bittbridge:Limits:PerSecond", "0"),
            ],
            services =>
                services
                    .AddSingleton<IPredictionModel>(model)
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog>(_log))
                    // The server measures a slow body by the real clock.
                    .Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = null)
        );
    }

    private static async Task<string> ModelAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using var response = await miner.Client.SendAsync(request, Ct);
        return response.Headers.GetValues("x-bittbridge-model").Single();
    }

    /// <summary>Every head at once, and the bodies when a budget that ran from there would be spent.</summary>
    private async Task<string[]> SendLateAsync(RunningMiner miner, IEnumerable<HttpRequestMessage> requests)
    {
        _clock.Forget();
        var bodies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = requests.Select(request => miner.SendLateAsync(request, () => bodies.Task.WaitAsync(Ct))).ToList();
        for (var waiting = 0; waiting < answers.Count; waiting++)
        {
            await _clock.WaitBeginsAsync(BodyReader.MaxTime);
        }

        _clock.Advance(Budget + TimeSpan.FromMilliseconds(200));
        bodies.SetResult();
        return await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(3), Ct);
    }
}
