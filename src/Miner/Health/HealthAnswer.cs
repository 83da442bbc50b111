using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>
/// The JSON of the health endpoints. The public ones contain states only; the operator's also contains the version and the details.
/// </summary>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> (the miner forecasts, and a part needs attention) or <c>Unhealthy</c> (no caller
/// gets a forecast).</param>
/// <param name="Version">The running version; null in public.</param>
/// <param name="Parts">Each part by name; null for the liveness check.</param>
public sealed record HealthAnswer(string Status, string? Version, IReadOnlyDictionary<string, HealthPart>? Parts)
{
    /// <summary>The answer of the liveness check.</summary>
    public static HealthAnswer Live { get; } = new(nameof(HealthStatus.Healthy), null, null);

    /// <summary>The public view.</summary>
    public static HealthAnswer Public(HealthReport report) => Of(report, null, _ => null);

    /// <summary>The operator's view.</summary>
    public static HealthAnswer Detailed(HealthReport report) => Of(report, ProductVersion.Value, part => part.Description);

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode =
            Status == nameof(HealthStatus.Unhealthy) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(this, HealthJson.Default.HealthAnswer, cancellationToken: context.RequestAborted);
    }

    private static HealthAnswer Of(HealthReport report, string? version, Func<HealthReportEntry, string?> detail)
    {
        return new(
            report.Status.ToString(),
            version,
            report.Entries.ToDictionary(
                part => part.Key,
                part => new HealthPart(part.Value.Status.ToString(), detail(part.Value)),
                StringComparer.Ordinal
            )
        );
    }
}

/// <summary>One part of the miner.</summary>
/// <param name="Status">As in <see cref="HealthAnswer"/>.</param>
/// <param name="Detail">The reason; null in public.</param>
public sealed record HealthPart(string Status, string? Detail);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
