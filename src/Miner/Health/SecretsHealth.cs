using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Names the secrets that the miner runs without, because the platform did not fetch them from their vault.</summary>
internal sealed class SecretsHealth(SettingsReading reading) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Degraded(string.Join(' ', reading.UnresolvedSecrets)));
}
