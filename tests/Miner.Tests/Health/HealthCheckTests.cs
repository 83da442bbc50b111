using Bittbridge.Miner.Health;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Health;

/// <summary>The miner's health checks as the framework runs them, and what goes to the log.</summary>
public sealed class HealthCheckTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly FixedPrices _prices = FixedPrices.Until(Start.AddSeconds(150));
    private readonly KeptLog _log = new();
    private readonly ServiceProvider _services;

    public HealthCheckTests()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ASPNETCORE_ENVIRONMENT", "Development"), new("Bittbridge:Access", "open")])
            .Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(_clock)
            .AddLogging(logging => logging.AddProvider(_log));
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton<IPrices>(_prices));
        _services = services.BuildServiceProvider();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, HealthStatus.Healthy)]
    [InlineData(15, HealthStatus.Healthy)]
    [InlineData(16, HealthStatus.Degraded)]
    [InlineData(24 * 60, HealthStatus.Degraded)]
    [InlineData((24 * 60) + 1, HealthStatus.Unhealthy)]
    public async Task Prices_are_degraded_after_15_minutes_and_unhealthy_once_nothing_can_be_answered_with_them(
        int minutes,
        HealthStatus status
    )
    {
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(status, (await CheckAsync()).Entries["prices"].Status);
    }

    [Fact]
    public async Task A_change_of_state_is_logged_once_with_the_reason_which_the_framework_does_not_repeat()
    {
        var publisher = Assert.Single(_services.GetServices<IHealthCheckPublisher>());
        async Task PublishAsync() => await publisher.PublishAsync(await CheckAsync(), Ct);

        await PublishAsync();
        Assert.Empty(_log.Lines);

        _clock.Advance(TimeSpan.FromMinutes(20));
        await PublishAsync();
        await PublishAsync();
        var line = Assert.Single(_log.Lines);
        Assert.Equal(7001, line.Id);
        Assert.Matches("^Health of prices: Degraded, the miner still forecasts: .* the newest is 20.0 minutes old$", line.Text);

        _clock.Advance(TimeSpan.FromHours(24));
        await PublishAsync();
        Assert.Equal((2, 1), (_log.Lines.Count, _log.Count(7002)));

        _prices.InMemory = FixedPrices.Until(_clock.GetUtcNow()).InMemory;
        await PublishAsync();
        await PublishAsync();
        Assert.Equal(
            (3, 7000, "Health of prices: Healthy again after Unhealthy"),
            (_log.Lines.Count, _log.Lines[^1].Id, _log.Lines[^1].Text)
        );
    }

    [Theory]
    [InlineData(299, 0)]
    [InlineData(300, 1)]
    public async Task A_part_that_starts_without_its_data_is_logged_when_a_poll_has_not_brought_it(int seconds, int expected)
    {
        var publisher = Assert.Single(_services.GetServices<IHealthCheckPublisher>());
        _prices.InMemory = null;

        await publisher.PublishAsync(await CheckAsync(), Ct);
        Assert.Equal(0, _log.Count(7002));

        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await publisher.PublishAsync(await CheckAsync(), Ct);

        Assert.Equal(expected, _log.Count(7002));
    }

    [Fact]
    public async Task All_requests_within_a_second_get_the_same_report()
    {
        var health = _services.GetRequiredService<MinerHealth>();
        var first = await health.CheckAsync(Ct);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Same(first, await health.CheckAsync(Ct));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(first, await health.CheckAsync(Ct));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private Task<HealthReport> CheckAsync() => _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
}
