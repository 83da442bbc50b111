using System.Text.Json.Nodes;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>What a loaded model makes of its numbers.</summary>
public sealed class AnswerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_invalid_price_is_reported_and_not_answered()
    {
        // The square root of the last change: fine while prices rise, not a number when they fall.
        using var folder = new ModelFolder(
            SmallModel.Description("log-returns", window: [7, 7], kind: "change", price: 7),
            GraphFile.Of("Sqrt", [1, 1])
        );
        var model = folder.Load();

        var said = await Assert.ThrowsAsync<UnusableAnswerException>(async () =>
            await model.PredictAsync(Noon, Histories.EndingAt(Noon, [7.2, 7.1]), CancellationToken.None)
        );

        Assert.StartsWith("model.onnx returned an invalid price (NaN)", said.Message, StringComparison.Ordinal);
        await model.CleanupAsync();
    }

    [Theory]
    [InlineData(
        "closes",
        "price",
        """{"kind":"standard","mean":7,"deviation":0.1}""",
        """{"kind":"standard","mean":7,"deviation":0.1}""",
        7.3
    )]
    [InlineData("closes", "price", """{"kind":"standard","mean":7,"deviation":0.1}""", null, 3)]
    [InlineData("closes", "change", """{"kind":"min-max","min":7,"max":8}""", null, 7.6)]
    [InlineData("closes", "price", """{"kind":"min-max","min":[7],"max":[8]}""", """{"kind":"min-max","min":6,"max":7}""", 6.3)]
    [InlineData("minus-last", "change", null, null, 7.3)]
    [InlineData("closes", "log-return", """{"kind":"standard","mean":7.3,"deviation":1}""", null, 7.3)]
    public async Task Features_are_scaled_and_outputs_unscaled_by_their_own_scalers(
        string features,
        string kind,
        string? scaling,
        string? outputScaling,
        double expected
    )
    {
        var description = SmallModel.Description(features, kind: kind, window: [7.3], price: expected);
        description["scaling"] = scaling is null ? null : JsonNode.Parse(scaling);
        description["output"]!["scaling"] = outputScaling is null ? null : JsonNode.Parse(outputScaling);
        using var folder = new ModelFolder(description, GraphFile.Of("Identity", [1, 1]));
        var model = folder.Load();

        Assert.Equal(expected, (await model.PredictAsync(Noon, Histories.EndingAt(Noon, [7.3]), CancellationToken.None))!.Price, 1e-5);
        await model.CleanupAsync();
    }

    [Fact]
    public async Task Each_step_may_have_a_scaler_of_its_own()
    {
        var description = SmallModel.Description(steps: 2, window: [7, 9], price: 2);
        description["scaling"] = JsonNode.Parse("""{"kind":"standard","mean":[6,7],"deviation":[1,1]}""");
        description["output"]!["price"] = new JsonObject { ["name"] = "y", ["index"] = 1 };
        using var folder = new ModelFolder(description, GraphFile.Of("Identity", [1, 2]));

        await folder.Load().CleanupAsync();
    }

    [Fact]
    public async Task Too_short_a_history_has_no_answer()
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description("trees"), TrainedElsewhere.Graph("trees"));
        var model = folder.Load();

        Assert.Null(await model.PredictAsync(Noon, Histories.EndingAt(Noon, [.. Enumerable.Repeat(7.1, 11)]), CancellationToken.None));
        Assert.NotNull(await model.PredictAsync(Noon, Histories.EndingAt(Noon, [.. Enumerable.Repeat(7.1, 12)]), CancellationToken.None));
        await model.CleanupAsync();
    }

    [Fact]
    public async Task An_interval_beside_its_price_is_widened_to_it_and_one_far_away_is_refused()
    {
        // Three closes come out as they went in: the first is the price, the others are the bounds.
        var description = SmallModel.Description(steps: 3, window: [7, 6.9, 7.1]);
        description["output"] = JsonNode.Parse(
            """{"kind":"price","price":{"name":"y","index":0},"lower":{"name":"y","index":1},"upper":{"name":"y","index":2}}"""
        );
        (description["cases"]![0]!["lower"], description["cases"]![0]!["upper"]) = (6.9, 7.1);
        using var folder = new ModelFolder(description, GraphFile.Of("Identity", [1, 3]));
        var model = folder.Load();

        var below = (await model.PredictAsync(Noon, Histories.EndingAt(Noon, [6.5, 7, 7.25]), CancellationToken.None))!;
        Assert.Equal(new PredictionInterval(6.5, 7.25), below.Interval);
        var said = await Assert.ThrowsAsync<UnusableAnswerException>(async () =>
            await model.PredictAsync(Noon, Histories.EndingAt(Noon, [7, 3, 7]), CancellationToken.None)
        );
        Assert.StartsWith("model.onnx returned an invalid interval (3 to 7) for a last close of 7", said.Message, StringComparison.Ordinal);
        await model.CleanupAsync();
    }
}
