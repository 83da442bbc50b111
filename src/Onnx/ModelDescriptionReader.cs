using System.Globalization;
using System.Text;
using System.Text.Json;
using Bittbridge.Models;
using Bittbridge.Models.Text;

namespace Bittbridge.Onnx;

/// <summary>Reads <c>model.json</c> field by field, so that each fault gets a message with the field and a remedy.</summary>
internal static class ModelDescriptionReader
{
    private const double SingleTolerance = 1e-5;
    private const double DoubleTolerance = 1e-8;
    private const string NamePattern = "use 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first";

    public static ModelDescription Read(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json);
        var fields = new JsonFields(document.RootElement, "");
        _ = fields.WholeNumber("formatVersion", ModelDescription.CurrentFormat, ModelDescription.CurrentFormat);
        var id = new ModelId(Part(fields, "name"), Part(fields, "version"));
        var isDouble = fields.OneOf("type", null, ("float", false), ("double", true));
        var steps = fields.WholeNumber("steps", 1, ModelDescription.MaxSteps);
        var features = fields.OneOf(
            "features",
            null,
            ("closes", WindowFeatures.Closes),
            ("minus-last", WindowFeatures.MinusLast),
            ("log-returns", WindowFeatures.LogReturns)
        );
        var file = fields.Optional("file") is { } named ? FileIn(fields, named) : "model.onnx";
        var scaling = fields.Optional("scaling") is { } scaled ? ScalingIn(scaled, "scaling.", steps) : Scaling.None;
        var input = fields.Text("input", "give it the name of the input in the ONNX file");
        var tolerance =
            fields.Optional("tolerance") is { } given ? ToleranceIn(fields, given)
            : isDouble ? DoubleTolerance
            : SingleTolerance;
        var output = new JsonFields(fields.Required("output", "describe the output with { \"kind\": …, \"price\": … }"), "output.");
        var kind = output.OneOf(
            "kind",
            null,
            ("price", OutputKind.Price),
            ("change", OutputKind.Change),
            ("log-return", OutputKind.LogReturn)
        );
        var outputScaling = output.Optional("scaling") is { } unscaled ? ScalingIn(unscaled, "output.scaling.", 1) : Scaling.None;
        var price = PlaceIn("price", output.Required("price", "give it the name of the output in the ONNX file"));
        var (lower, upper) = (output.Optional("lower"), output.Optional("upper"));
        output.RefuseUnknown();
        if (lower is null != upper is null)
        {
            throw JsonFields.Wrong($"has only output.{(lower is null ? "upper" : "lower")}: give both bounds of the interval, or neither");
        }

        var cases = fields.Required("cases", "give at least one window with the model's output for it");
        fields.RefuseUnknown();
        return new()
        {
            Id = id,
            File = file,
            IsDouble = isDouble,
            Steps = steps,
            Features = features,
            Scaling = scaling,
            Input = input,
            Output = kind,
            OutputScaling = outputScaling,
            Price = price,
            Lower = lower is { } low ? PlaceIn("lower", low) : null,
            Upper = upper is { } high ? PlaceIn("upper", high) : null,
            Tolerance = tolerance,
            Cases = CasesIn(cases, ModelDescription.ClosesOf(steps, features), withInterval: lower is not null),
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        // Checked first, because JsonDocument accepts invalid UTF-8 in strings and throws only when they are read.
        if (!TextBytes.TryDecode(json.Span, out var text, out var problem))
        {
            throw JsonFields.Wrong($"{problem}: {TextBytes.Remedy}");
        }

        try
        {
            CheckTexts(Encoding.UTF8.GetBytes(text));
            return JsonDocument.Parse(text, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException exception)
        {
            throw JsonFields.Wrong($"is not valid JSON (line {exception.LineNumber + 1}): correct that line");
        }
    }

    /// <summary>Refuses strings with an escaped half of a surrogate pair, which are not valid Unicode.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                var line = json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
                throw JsonFields.Wrong(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"has a string in line {line} with half of a surrogate pair (\\ud800 to \\udfff): write the whole pair, or the "
                            + $"character itself"
                    )
                );
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        // GetString is documented to throw this for invalid Unicode.
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Part(JsonFields fields, string name)
    {
        var value = fields.Required(name, NamePattern);
        return value.ValueKind == JsonValueKind.String && value.GetString() is { } text && ModelId.IsPart(text)
            ? text
            : throw fields.Wrong(name, value, NamePattern);
    }

    private static string FileIn(JsonFields fields, JsonElement value)
    {
        // A plain name, as in a package: nothing outside the folder is read.
        const string Remedy = "use the name of the ONNX file in the same folder";
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw fields.Wrong("file", value, Remedy);
        return
            text.Length is > 0 and <= 100
            && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? text
            : throw fields.Wrong("file", value, Remedy + ", of 1 to 100 letters, digits, '.', '_' and '-', a letter or digit first");
    }

    private static double ToleranceIn(JsonFields fields, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var tolerance) && tolerance is > 0 and <= 0.001
            ? tolerance
            : throw fields.Wrong("tolerance", value, "use a number of CNY above 0 and at most 0.001");

    private static Scaling ScalingIn(JsonElement json, string path, int steps)
    {
        var fields = new JsonFields(json, path);
        var kind = fields.OneOf("kind", null, ("none", 0), ("min-max", 1), ("standard", 2));
        var remedy = steps == 1 ? "use a number" : $"use a number, or a list of {steps}, one per step";
        var scaling = kind switch
        {
            1 => MinMax(fields.NumberOrNumbers("min", steps, remedy), fields.NumberOrNumbers("max", steps, remedy), path),
            2 => Standard(fields.NumberOrNumbers("mean", steps, remedy), fields.NumberOrNumbers("deviation", steps, remedy), path),
            _ => Scaling.None,
        };
        fields.RefuseUnknown();
        return scaling;
    }

    private static Scaling MinMax(double[] min, double[] max, string path)
    {
        if (min.Length != max.Length)
        {
            throw JsonFields.Wrong($"has different numbers of {path}min and {path}max: give both as a number or both as a list");
        }

        var ranges = min.Zip(max, (low, high) => high - low).ToArray();
        return ranges.All(range => range > 0)
            ? new(min, ranges)
            : throw JsonFields.Wrong($"has a {path}max that is not above {path}min: swap them");
    }

    private static Scaling Standard(double[] mean, double[] deviation, string path)
    {
        if (mean.Length != deviation.Length)
        {
            throw JsonFields.Wrong($"has different numbers of {path}mean and {path}deviation: give both as a number or both as a list");
        }

        return deviation.All(unit => unit > 0)
            ? new(mean, deviation)
            : throw JsonFields.Wrong($"has a {path}deviation that is not above zero: give the one that the scaler divides by");
    }

    private static OutputPlace PlaceIn(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return new(text, null);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong(
                $"has output.{name} without the name of an output: give it the name in the ONNX file, or {{ \"name\": …, \"index\": … }}"
            );
        }

        var fields = new JsonFields(value, $"output.{name}.");
        var place = new OutputPlace(
            fields.Text("name", "give it the name of the output in the ONNX file"),
            fields.WholeNumber("index", 0, 100_000)
        );
        fields.RefuseUnknown();
        return place;
    }

    private static List<ModelCase> CasesIn(JsonElement list, int closes, bool withInterval)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw JsonFields.Wrong("has no cases: give at least one window with the model's output for it");
        }

        var cases = new List<ModelCase>();
        foreach (var json in list.EnumerateArray())
        {
            var fields = new JsonFields(json, $"cases[{cases.Count}].");
            var window = fields.Numbers("window", closes, $"give {closes} closes in CNY, oldest first, as steps and features require");
            if (!window.All(PricePoint.IsPrice))
            {
                throw JsonFields.Wrong(
                    $"has a window in cases[{cases.Count}] with a close that is not above zero: give unscaled prices in CNY"
                );
            }

            const string Remedy = "give the model's output for the window, in CNY";
            cases.Add(
                new(
                    window,
                    fields.Number("price", Remedy),
                    withInterval ? fields.Number("lower", Remedy) : null,
                    withInterval ? fields.Number("upper", Remedy) : null
                )
            );
            fields.RefuseUnknown();
        }

        return cases;
    }
}
