using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Hosting;

/// <summary>A model's cleanup that throws or hangs is a line in the log and stops nothing else.</summary>
public sealed class ModelCleanupTests : IDisposable
{
    private const string Threw = "The model throwing@1 threw an exception during cleanup";

    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero));
    private readonly KeptLog _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_replaced_model_that_throws_during_cleanup_is_a_warning()
    {
        var served = new GuardedModel(Throwing(), isRegistered: false, UnheardMetrics.New(), _clock, _log);

        served.Retire();

        await Polling.UntilAsync(() => _log.Lines.Count > 0);
        Assert.Equal((5001, Threw), Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_stop_waits_five_seconds_for_a_model_that_hangs_and_cleans_up_the_others()
    {
        var (hang, other) = (new TaskCompletionSource(), Model("other", () => default));
        await using var services = Services(Throwing(), Model("hanging", () => new(hang.Task)), other);

        var stopping = services.GetServices<IHostedService>().OfType<MinerLifetime>().Single().StopAsync(Ct);
        await Polling.UntilAsync(() => _log.Count(5001) == 1 && other.Cleanups == 1);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await stopping.WaitAsync(TimeSpan.FromMinutes(3), Ct);

        Assert.Contains((5001, Threw), _log.Lines);
        Assert.Contains((5004, "The model hanging@1 did not finish its cleanup within 5 s; the miner stops anyway"), _log.Lines);
    }

    private static OddModel Throwing() => Model("throwing", () => throw new InvalidOperationException("broken"));

    private static OddModel Model(string name, Func<ValueTask> cleanup) =>
        new((_, _, _) => new(new Forecast(7.1)), name: name) { Cleanup = cleanup };

    private ServiceProvider Services(params OddModel[] models)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ASPNETCORE_ENVIRONMENT", "Development"), new("Bittbridge:Access", "open")])
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging(logging => logging.AddProvider(_log));
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
        foreach (var model in models)
        {
            services.AddSingleton<IPredictionModel>(model);
        }

        return services.BuildServiceProvider();
    }
}
