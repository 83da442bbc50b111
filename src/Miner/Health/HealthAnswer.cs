using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>
/// The JSON of the health endpoints. The public ones hold states alone; only the operator's holds the version and the details.
/// </summary>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> (forecasts are given, and a part needs attention) or <c>Unhealthy</c> (no caller
/// gets a forecast).</param>
/// <param name="Version">The version that runs; null in public.</param>
/// <param name="Parts">Each part by name; null where only the process was asked for.</param>
public sealed record HealthAnswer(string Status, string? Version, IReadOnlyDictionary<string, HealthPart>? Parts)
{
    /// <summary>The process answers.</summary>
    public static HealthAnswer Live { get; } = new(nameof(HealthStatus.Healthy), null, null);

    /// <summary>What anybody may see.</summary>
    public static HealthAnswer Public(HealthReport report) => Of(report, null, _ => null);

    /// <summary>What the operator sees.</summary>
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
/// <param name="Detail">In words; null in public.</param>
public sealed record HealthPart(string Status, string? Detail);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
