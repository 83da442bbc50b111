using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Runs the health checks at most once a second, however many callers ask.</summary>
internal sealed class MinerHealth(HealthCheckService checks, TimeProvider clock)
{
    /// <summary>How long a report is reused.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly SharedResult<HealthReport> _report = new(() => checks.CheckHealthAsync(CancellationToken.None), FreshFor, clock);

    public Task<HealthReport> CheckAsync(CancellationToken ct) => _report.GetAsync(ct);
}
