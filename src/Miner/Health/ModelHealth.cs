using Bittbridge.Miner.Forecasting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>
/// Which versions are active and what is wrong with them, from memory. It makes no forecast, because the endpoint is public.
/// </summary>
internal sealed class ModelHealth(IActiveModel models, ForecastService forecasts) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    /// <summary>When a model fails, the miner answers with the last price, so this part is at most degraded.</summary>
    public HealthCheckResult Check()
    {
        var serving = models.Current;
        string?[] problems =
        [
            forecasts.LastProblem ?? RemoteProblem(serving),
            models.Problem,
            .. serving
                .Shadows.Select(shadow => shadow.Model)
                .Where(shadow => shadow.CircuitOpenUntil is not null)
                .Select(shadow => $"the shadow {shadow.Id} failed repeatedly and runs again at {shadow.CircuitOpenUntil:HH:mm:ss} UTC"),
        ];
        var said = string.Join("; ", problems.Where(problem => problem is not null));
        return said.Length == 0
            ? HealthCheckResult.Healthy(serving.ToString())
            : HealthCheckResult.Degraded($"{said} (in service: {serving})");
    }

    /// <summary>What is known of the model's program before the first challenge.</summary>
    private static string? RemoteProblem(ActiveModel serving) =>
        serving.Model.RemoteProblem is { } problem ? $"{serving.Model.Id} gives no forecast: {problem}" : null;
}
