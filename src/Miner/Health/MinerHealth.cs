using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Runs the health checks at most once a second, however many callers ask.</summary>
internal sealed class MinerHealth(HealthCheckService checks, TimeProvider clock)
{
    /// <summary>How long a report is reused.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _checking;
    private long _started;

    public Task<HealthReport> CheckAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_checking is null || (_checking.IsCompleted && clock.GetElapsedTime(_started) >= FreshFor))
            {
                // All callers share the run, so none of them can cancel it; every check bounds its own waits.
                _started = clock.GetTimestamp();
                _checking = Task.Run(() => checks.CheckHealthAsync(CancellationToken.None), CancellationToken.None);
            }

            return _checking.WaitAsync(ct);
        }
    }
}
