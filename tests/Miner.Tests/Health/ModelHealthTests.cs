using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Health;

public sealed class ModelHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    private readonly FakeTimeProvider _clock = new(Now);

    [Fact]
    public async Task A_shadow_is_named_once_its_circuit_is_open()
    {
        var prices = FixedPrices.Until(Now);
        var broken = ShadowOf(new OddModel((_, _, _) => throw new InvalidOperationException("broken"), name: "broken"));
        var serving = FixedServing.Of(new LastPriceModel(), _clock);
        serving.Current = serving.Current with { Shadows = [broken, ShadowOf(new OddModel((_, _, _) => new(new Forecast(7.1))))] };
        var service = new ForecastService(
            serving,
            new ResidualIntervalEstimator(0.9),
            prices,
            FixedServing.Settings,
            _clock,
            NullLogger<ForecastService>.Instance
        );
        var health = new ModelHealth(serving, service);

        await FailAsync();
        await FailAsync();
        Assert.Equal(
            (HealthStatus.Healthy, "last-price@1 (shadows: broken@1, odd@1)"),
            (health.Check().Status, health.Check().Description)
        );

        await FailAsync();
        Assert.Equal(
            (
                HealthStatus.Degraded,
                "the shadow broken@1 failed repeatedly and runs again at 04:13:00 UTC "
                    + "(in service: last-price@1 (shadows: broken@1, odd@1))"
            ),
            (health.Check().Status, health.Check().Description)
        );

        Task FailAsync() =>
            broken.Model.ForecastAsync(
                broken.Forecaster,
                Now,
                prices.InMemory!.History,
                ModelTime.Of(Budget, Budget),
                TestContext.Current.CancellationToken
            );
    }

    private Shadow ShadowOf(OddModel model)
    {
        var served = FixedServing.Served(model, _clock);
        return new(served, served.With(FixedServing.Forecasters));
    }
}
