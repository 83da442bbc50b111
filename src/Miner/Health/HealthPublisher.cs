using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Health;

/// <summary>
/// Logs each part once when its state changes. The framework runs the checks every <see cref="Period"/> and passes the report. A part that
/// starts without its data has the time of one poll to get it before it is logged, because a starting instance is not a fault.
/// </summary>
internal sealed partial class HealthPublisher(ILogger<HealthPublisher> logger, TimeProvider clock) : IHealthCheckPublisher
{
    public static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    /// <summary>Each run of the checks reads the prices from storage, also while no challenge comes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly long _began = clock.GetTimestamp();

    // A part that is healthy from the start is not logged.
    private readonly Dictionary<string, HealthStatus> _states = new(StringComparer.Ordinal);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var isStarting = clock.GetElapsedTime(_began) < Start;
        foreach (var (name, part) in report.Entries)
        {
            if (isStarting && part.Status == HealthStatus.Unhealthy && !_states.ContainsKey(name))
            {
                continue;
            }

            var before = _states.GetValueOrDefault(name, HealthStatus.Healthy);
            _states[name] = part.Status;
            if (part.Status != before)
            {
                Log(name, part, before);
            }
        }

        return Task.CompletedTask;
    }

    private void Log(string name, HealthReportEntry part, HealthStatus before)
    {
        switch (part.Status)
        {
            case HealthStatus.Healthy:
                Recovered(logger, name, before);
                break;
            case HealthStatus.Degraded:
                Degraded(logger, part.Exception, name, part.Description);
                break;
            default:
                Unhealthy(logger, part.Exception, name, part.Description);
                break;
        }
    }

    [LoggerMessage(7000, LogLevel.Information, "Health of {Part}: Healthy again after {Before}")]
    private static partial void Recovered(ILogger logger, string part, HealthStatus before);

    [LoggerMessage(7001, LogLevel.Warning, "Health of {Part}: Degraded, the miner still forecasts: {Detail}")]
    private static partial void Degraded(ILogger logger, Exception? exception, string part, string? detail);

    [LoggerMessage(7002, LogLevel.Error, "Health of {Part}: Unhealthy, no caller gets a forecast: {Detail}")]
    private static partial void Unhealthy(ILogger logger, Exception? exception, string part, string? detail);
}
