using System.Text.Json.Serialization;

namespace Bittbridge.Miner;

/// <summary>What the health endpoints answer.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c> or <c>unready</c>.</param>
/// <param name="Reason">Why no forecast can be given; null when one can.</param>
/// <param name="Version">The version that runs.</param>
/// <param name="Parts">Each part by name; null where only life was asked for.</param>
public sealed record HealthAnswer(string Status, string? Reason, string Version, IReadOnlyDictionary<string, HealthPart>? Parts);

/// <summary>One part of the miner.</summary>
/// <param name="Status"><c>well</c> or <c>unwell</c>.</param>
/// <param name="Detail">In words.</param>
public sealed record HealthPart(string Status, string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
