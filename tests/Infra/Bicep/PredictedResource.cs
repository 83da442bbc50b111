using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bittbridge.Infra.Tests.Bicep;

/// <summary>A resource as a deployment would send it.</summary>
/// <param name="Type">Such as <c>Microsoft.Web/sites</c>.</param>
/// <param name="Name">The whole name, the parents' with slashes before it; an expression where only the deployment knows it.</param>
/// <param name="ApiVersion">Such as <c>2025-03-01</c>.</param>
/// <param name="Body">All of it.</param>
public sealed record PredictedResource(string Type, string Name, string ApiVersion, JsonObject Body)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The part of the name behind the last slash, which is what Azure's rules for names are about.</summary>
    public string OwnName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>All of it as JSON, with quotes left as they are.</summary>
    public string Json => Body.ToJsonString(Relaxed);

    /// <summary>A value below <c>properties</c>, by its path.</summary>
    public JsonNode? At(params string[] path) =>
        path.Aggregate(
            Body["properties"],
            (node, name) =>
                node is JsonArray array ? array[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : node?[name]
        );

    public override string ToString() => $"{Type} {Name}";
}
