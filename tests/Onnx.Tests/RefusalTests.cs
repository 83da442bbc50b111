using System.Text;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>Whatever is wrong with a model is one sentence with the file and the remedy.</summary>
public sealed class RefusalTests
{
    private static readonly byte[] Identity = GraphFile.Of("Identity", [1, 1]);

    [Fact]
    public async Task A_folder_with_nothing_wrong_is_loaded()
    {
        using var folder = new ModelFolder(SmallModel.Description(), Identity);

        var model = folder.Load();

        Assert.Equal("small@1", model.Id.ToString());
        await model.CleanupAsync();
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new ModelFolder(SmallModel.Description(), null);

        Assert.Equal($"{folder.Path} has no file model.onnx, which its model.json names.", folder.Refusal());
    }

    public static TheoryData<string, string?, string> Fields =>
        new()
        {
            { "formatVersion", null, "has no field formatVersion: use a whole number from 1 to 1" },
            { "formatVersion", "2", "has formatVersion 2: use a whole number from 1 to 1" },
            { "name", null, "has no field name" },
            { "name", "\"My Model\"", "has name \"My Model\": use 1 to 63 of a-z" },
            { "version", "1", "has version 1: use 1 to 63 of a-z" },
            { "file", "\"../model.onnx\"", "has file \"../model.onnx\": use the name of the ONNX file in the same folder" },
            { "type", "\"half\"", "has type \"half\": use \"float\" or \"double\"" },
            { "steps", "0", "has steps 0: use a whole number from 1 to 500" },
            { "steps", "1.5", "has steps 1.5" },
            { "steps", "\"12\"", "has steps \"12\"" },
            { "features", "\"returns\"", "has features \"returns\": use \"closes\" or \"minus-last\" or \"log-returns\"" },
            { "scaling", "\"min-max\"", "has a field scaling that is not an object" },
            { "scaling", """{"kind":"min-max"}""", "has no field scaling.min: use a number" },
            { "scaling", """{"kind":"min-max","min":7,"max":7}""", "has a scaling.max that is not above scaling.min" },
            { "scaling", """{"kind":"min-max","min":[7,7],"max":8}""", "has scaling.min with 2 values: use a number" },
            { "scaling", """{"kind":"standard","mean":7,"deviation":0}""", "has a scaling.deviation that is not above zero" },
            {
                "scaling",
                """{"kind":"standard","mean":7,"deviation":1,"std":1}""",
                "has a field scaling.std that is unknown: remove it, or use one of scaling.kind, scaling.mean, scaling.deviation"
            },
            { "input", "3", "has input 3" },
            { "output", "\"y\"", "has a field output that is not an object" },
            { "output", """{"kind":"price"}""", "has no field output.price" },
            { "output", """{"kind":"return","price":"y"}""", "has output.kind \"return\": use \"price\" or \"change\" or \"log-return\"" },
            { "output", """{"kind":"price","price":"y","lower":"y"}""", "has only output.lower" },
            { "output", """{"kind":"price","price":7}""", "has output.price without the name of an output" },
            { "output", """{"kind":"price","price":{"name":"y","index":-1}}""", "has output.price.index -1" },
            { "tolerance", "0.1", "has tolerance 0.1: use a number of CNY above 0 and at most 0.001" },
            { "cases", null, "has no field cases: give at least one window" },
            { "cases", "[]", "has no cases" },
            { "cases", """[{"window":[7,7],"price":7}]""", "has cases[0].window with 2 values: give 1 closes in CNY" },
            { "cases", """[{"window":[7]}]""", "has no field cases[0].price" },
            {
                "cases",
                """[{"window":[-0.3],"price":7}]""",
                "has a window in cases[0] with a close that is not above zero: give unscaled prices in CNY"
            },
            { "cases", """[{"window":[7],"price":7,"lower":6.9}]""", "has a field cases[0].lower that is unknown" },
            { "stepz", "12", "has a field stepz that is unknown: remove it, or use one of formatVersion, name" },
        };

    [Theory, MemberData(nameof(Fields))]
    public void A_field_that_is_wrong_is_named_with_what_it_may_be(string field, string? value, string said)
    {
        var description = SmallModel.Description();
        description.Remove(field);
        if (value is not null)
        {
            description[field] = JsonNode.Parse(value);
        }

        using var folder = new ModelFolder(description, Identity);

        Assert.StartsWith($"The file {folder.At("model.json")} {said}", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not valid JSON (line 1)")]
    [InlineData("{\n\"name\": \n}", "is not valid JSON (line 3)")]
    [InlineData("[]", "does not hold a JSON object")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", "has the field name twice")]
    [InlineData("{\"\\u001b[0m\":1,\"\\u001b[0m\":2}", "has the field \\u001b[0m twice")]
    public void A_description_that_is_no_JSON_object_is_refused(string json, string said)
    {
        using var folder = new ModelFolder(json, Identity);

        Assert.Contains(said, folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 6759\n")]
    [InlineData("<html>404</html>")]
    public void A_file_that_is_no_model_is_refused(string content)
    {
        using var folder = new ModelFolder(SmallModel.Description(), Encoding.ASCII.GetBytes(content));

        Assert.StartsWith(
            $"The file {folder.At("model.onnx")} is not a model that ONNX Runtime can load (",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_was_cut_short_is_refused()
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description("trees"), TrainedElsewhere.Graph("trees")[..20_000]);

        Assert.StartsWith(
            $"The file {folder.At("model.onnx")} is not a model that ONNX Runtime can load (",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Weights_in_another_file_are_refused_with_the_way_to_have_them_inside()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.WithWeightsIn("model.onnx.data"));
        File.WriteAllBytes(folder.At("model.onnx.data"), new byte[4]);

        var refusal = folder.Refusal();

        Assert.StartsWith($"The file {folder.At("model.onnx")} keeps its weights in another file (", refusal, StringComparison.Ordinal);
        Assert.EndsWith("): export it with the weights inside, in PyTorch with external_data=False.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_operator_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("NoSuchOperator", [1, 1]));

        Assert.Contains("is not a model that ONNX Runtime can load (", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_or_output_of_another_name_is_refused_with_the_names_there_are()
    {
        var other = SmallModel.Description();
        other["input"] = "closes";
        using var input = new ModelFolder(other, Identity);
        Assert.EndsWith("has no input 'closes': set input in model.json to \"x\".", input.Refusal(), StringComparison.Ordinal);

        other = SmallModel.Description();
        other["output"]!["price"] = "price";
        using var output = new ModelFolder(other, Identity);
        Assert.EndsWith("has no output 'price': set output in model.json to \"y\".", output.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_input_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("Add", [1, 1], inputs: ["x", "state"]));

        Assert.EndsWith("requires the input 'state' besides 'x': export it with one input.", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Single_precision_called_double_is_refused()
    {
        var description = SmallModel.Description();
        description["type"] = "double";
        using var folder = new ModelFolder(description, Identity);

        Assert.EndsWith(
            "takes float as 'x', and model.json says double: set type in model.json to \"float\".",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Double_precision_called_single_is_refused()
    {
        var description = TrainedElsewhere.Description("quantiles");
        description["type"] = "float";
        using var folder = new ModelFolder(description, TrainedElsewhere.Graph("quantiles"));

        Assert.EndsWith(
            "takes double as 'closes', and model.json says float: set type in model.json to \"double\".",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_output_of_another_type_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("Shape", [1, 1], outputType: 7));

        Assert.Contains("returns Int64 as 'y', which is not a price", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1, 1 }, 2)]
    [InlineData(new[] { 32, 1 }, 1)]
    [InlineData(new[] { 1, 2, 2 }, 2)]
    [InlineData(new[] { 0, 1 }, 12)]
    [InlineData(new[] { 0, 24 }, 12)]
    public void A_shape_that_is_no_row_of_the_steps_is_refused(int[] shape, int steps)
    {
        var window = Enumerable.Repeat(7.0, steps).ToArray();
        using var folder = new ModelFolder(
            SmallModel.Description(steps: steps, window: window),
            GraphFile.Of("Identity", [.. shape.Select(length => length == 0 ? (int?)null : length)])
        );

        Assert.Contains(
            $"takes 'x' in the shape {string.Join(" × ", shape).Replace("0 ×", "any ×", StringComparison.Ordinal)}, which is not a row of "
                + $"{steps}: set steps",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(0, 12)]
    [InlineData(0, 0)]
    [InlineData(0, 12, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0)]
    [InlineData(0)]
    [InlineData(0, 3, 0)]
    public async Task Free_lengths_are_the_batch_and_the_row(params int[] shape)
    {
        var description = SmallModel.Description(steps: 12, window: [.. Enumerable.Range(1, 12).Select(i => (double)i)], price: 4);
        description["output"]!["price"] = new JsonObject { ["name"] = "y", ["index"] = 3 };
        using var folder = new ModelFolder(
            description,
            GraphFile.Of("Identity", [.. shape.Select(length => length == 0 ? (int?)null : length)])
        );

        await folder.Load().CleanupAsync();
    }

    [Fact]
    public void An_output_of_many_numbers_wants_to_know_which()
    {
        var description = SmallModel.Description(steps: 3, window: [7, 7, 7]);
        using var unsaid = new ModelFolder(description, GraphFile.Of("Identity", [1, 3]));
        Assert.Contains("returned 3 numbers as 'y': select one", unsaid.Refusal(), StringComparison.Ordinal);

        description["output"]!["price"] = new JsonObject { ["name"] = "y", ["index"] = 3 };
        using var beyond = new ModelFolder(description, GraphFile.Of("Identity", [1, 3]));
        Assert.Contains("returned 3 numbers as 'y', so the index 3 does not exist", beyond.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_is_not_reproduced_is_refused_with_both_numbers()
    {
        using var folder = new ModelFolder(SmallModel.Description(price: 7.0001), Identity);

        Assert.Contains(
            "does not reproduce cases[0] of model.json: price is 7 instead of 7.0001, so make features, scaling and output the same",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_case_may_be_as_far_off_as_the_tolerance()
    {
        var description = SmallModel.Description(price: 7.0001);
        description["tolerance"] = 0.0002;
        using var folder = new ModelFolder(description, Identity);

        folder.Load();
    }

    [Fact]
    public void A_bound_that_is_not_reproduced_is_refused()
    {
        var description = TrainedElsewhere.Description("quantiles");
        description["cases"]![1]!["upper"] = 7.2;
        using var folder = new ModelFolder(description, TrainedElsewhere.Graph("quantiles"));

        Assert.Contains("does not reproduce cases[1] of model.json: upper is 7.11", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_that_were_exchanged_are_refused()
    {
        var description = TrainedElsewhere.Description("quantiles");
        (description["output"]!["lower"]!["index"], description["output"]!["upper"]!["index"]) = (2, 1);
        using var folder = new ModelFolder(description, TrainedElsewhere.Graph("quantiles"));

        Assert.Contains("returned an invalid interval (7.11256771", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trees", "features", "\"closes\"")]
    [InlineData("lstm", "scaling", """{"kind":"min-max","min":7.0,"max":7.2}""")]
    [InlineData("lstm", "output", """{"kind":"change","price":"price"}""")]
    public void Another_treatment_of_the_window_than_in_training_does_not_reproduce_the_cases(string name, string field, string value)
    {
        var description = TrainedElsewhere.Description(name);
        description[field] = JsonNode.Parse(value);
        using var folder = new ModelFolder(description, TrainedElsewhere.Graph(name));

        Assert.Contains("does not reproduce cases[0]", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_gives_no_number_is_refused()
    {
        using var folder = new ModelFolder(
            SmallModel.Description("log-returns", window: [7.2, 7.1], kind: "change"),
            GraphFile.Of("Sqrt", [1, 1])
        );

        Assert.Contains("returned an invalid price (NaN)", folder.Refusal(), StringComparison.Ordinal);
    }
}
