using System.Text.Json.Nodes;

namespace Bittbridge.Testing;

/// <summary>model.json of a graph that <see cref="GraphFile"/> writes: input x, output y.</summary>
public static class SmallModel
{
    public static JsonObject Description(
        string features = "closes",
        int steps = 1,
        string kind = "price",
        double[]? window = null,
        double price = 7
    ) =>
        new()
        {
            ["formatVersion"] = 1,
            ["name"] = "small",
            ["version"] = "1",
            ["type"] = "float",
            ["steps"] = steps,
            ["features"] = features,
            ["input"] = "x",
            ["output"] = new JsonObject { ["kind"] = kind, ["price"] = "y" },
            ["cases"] = new JsonArray(
                new JsonObject { ["window"] = new JsonArray([.. (window ?? [7]).Select(close => (JsonNode)close)]), ["price"] = price }
            ),
        };
}
