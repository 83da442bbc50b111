using System.Diagnostics.Metrics;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Replay;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Telemetry;

/// <summary>
/// Ages and states, which a collector reads from memory at its own pace. A gauge without a value reports nothing.
/// </summary>
internal sealed class MinerGauges(
    IMeterFactory meters,
    IPrices prices,
    KnownValidators validators,
    IActiveModel models,
    NonceStoreBreaker nonces,
    TimeProvider clock
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(MinerTelemetry.Name, ProductVersion.Value);
        meter.CreateObservableGauge(
            "bittbridge.price.age",
            () => Age(prices.InMemory?.History.Newest?.Time),
            "s",
            "Age of the newest price in memory."
        );
        meter.CreateObservableGauge(
            "bittbridge.validators.age",
            () => Age(validators.Record.List?.ReadAt),
            "s",
            "Age of the subnet's list in memory."
        );
        meter.CreateObservableGauge(
            "bittbridge.model.circuit.open",
            () => models.Current.Model.CircuitOpenUntil is null ? 0 : 1,
            "{circuit}",
            "1 while the active model's circuit breaker is open and the fallback answers."
        );
        meter.CreateObservableGauge(
            "bittbridge.nonce.store.available",
            () => nonces.Outage is null ? 1 : 0,
            "{store}",
            "0 while the nonce store is known to be unavailable."
        );
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Age(DateTimeOffset? time) =>
        time is { } known ? [new((clock.GetUtcNow() - known).TotalSeconds)] : [];
}
