using System.Text.Json;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>The models of tests/fixtures, each put into a folder with a model.json made from what was recorded with it.</summary>
internal static class TrainedElsewhere
{
    public static readonly string[] Names = ["lstm", "trees", "quantiles"];

    /// <summary>The windows and answers recorded with a model.</summary>
    public static IReadOnlyList<ModelCase> Cases(string name)
    {
        using var recorded = JsonDocument.Parse(File.ReadAllText(RecordedFacts.PathOf($"fixtures/onnx/{name}.json")));
        return
        [
            .. recorded
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Select(recordedCase =>
                {
                    var expected = Numbers(recordedCase.GetProperty("expected"));
                    return new ModelCase(
                        Numbers(recordedCase.GetProperty("window")),
                        expected[0],
                        expected.ElementAtOrDefault(1) is > 0 and var lower ? lower : null,
                        expected.ElementAtOrDefault(2) is > 0 and var upper ? upper : null
                    );
                }),
        ];
    }

    public static byte[] Graph(string name) => File.ReadAllBytes(RecordedFacts.PathOf($"fixtures/onnx/{name}.onnx"));

    /// <summary>What model.json says of a model, with the first two of its cases.</summary>
    public static JsonObject Description(string name)
    {
        var description = new JsonObject
        {
            ["formatVersion"] = 1,
            ["name"] = name,
            ["version"] = "1",
            ["steps"] = 12,
            ["cases"] = new JsonArray([.. Cases(name).Take(2).Select(Json)]),
        };
        switch (name)
        {
            case "lstm":
                description["type"] = "float";
                description["features"] = "closes";
                description["scaling"] = MinMax();
                description["input"] = "window";
                description["output"] = new JsonObject
                {
                    ["kind"] = "price",
                    ["scaling"] = MinMax(),
                    ["price"] = "price",
                };
                break;
            case "trees":
                description["type"] = "float";
                description["features"] = "minus-last";
                description["input"] = "X";
                description["output"] = new JsonObject { ["kind"] = "change", ["price"] = "variable" };
                break;
            default:
                description["type"] = "double";
                description["features"] = "closes";
                description["scaling"] = new JsonObject { ["kind"] = "none" };
                description["input"] = "closes";
                description["output"] = new JsonObject
                {
                    ["kind"] = "price",
                    ["price"] = Place(0),
                    ["lower"] = Place(1),
                    ["upper"] = Place(2),
                };
                break;
        }

        return description;
    }

    private static JsonObject MinMax()
    {
        using var recorded = JsonDocument.Parse(File.ReadAllText(RecordedFacts.PathOf("fixtures/onnx/lstm.json")));
        var scaling = recorded.RootElement.GetProperty("scaling");
        return new()
        {
            ["kind"] = "min-max",
            ["min"] = scaling.GetProperty("min").GetDouble(),
            ["max"] = scaling.GetProperty("max").GetDouble(),
        };
    }

    private static JsonObject Place(int index) => new() { ["name"] = "price_lower_upper", ["index"] = index };

    private static JsonNode Json(ModelCase recorded)
    {
        var json = new JsonObject
        {
            ["window"] = new JsonArray([.. recorded.Window.Select(close => (JsonNode)close)]),
            ["price"] = recorded.Price,
        };
        if (recorded is { Lower: { } lower, Upper: { } upper })
        {
            (json["lower"], json["upper"]) = (lower, upper);
        }

        return json;
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
