using System.Text.Json;
using Bittbridge.Models.Text;

namespace Bittbridge.Onnx;

/// <summary>Reads the fields of one JSON object by name. A field that was not read is refused as unknown.</summary>
internal sealed class JsonFields
{
    private readonly string _path;
    private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    /// <param name="json">The object.</param>
    /// <param name="path">The prefix of the field names in messages, such as <c>output.</c>.</param>
    public JsonFields(JsonElement json, string path)
    {
        _path = path;
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(
                path.Length == 0 ? "does not hold a JSON object" : $"has a field {path.TrimEnd('.')} that is not an object: give it {{ … }}"
            );
        }

        foreach (var field in json.EnumerateObject())
        {
            if (!_left.TryAdd(field.Name, field.Value))
            {
                throw Wrong($"has the field {path}{field.Name} twice: remove one");
            }
        }
    }

    public static UnusableModelException Wrong(string problem) => new(ModelDescription.FileName, PlainText.Of(problem));

    public UnusableModelException Wrong(string name, JsonElement value, string remedy) =>
        Wrong($"has {_path}{name} {Shown(value)}: {remedy}");

    /// <summary>Call this after reading every field.</summary>
    public void RefuseUnknown()
    {
        if (_left.Keys.FirstOrDefault() is { } name)
        {
            throw Wrong(
                $"has a field {_path}{name} that is unknown: remove it, or use one of "
                    + $"{string.Join(", ", _known.Select(known => _path + known))}"
            );
        }
    }

    public JsonElement? Optional(string name)
    {
        _known.Add(name);
        return _left.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public JsonElement Required(string name, string remedy) => Optional(name) ?? throw Wrong($"has no field {_path}{name}: {remedy}");

    public string Text(string name, string remedy)
    {
        var value = Required(name, remedy);
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw Wrong(name, value, remedy);
    }

    public T OneOf<T>(string name, T? defaultValue, params (string Text, T Value)[] choices)
        where T : struct
    {
        var remedy = $"use {string.Join(" or ", choices.Select(choice => $"\"{choice.Text}\""))}";
        if (Optional(name) is not { } value)
        {
            return defaultValue ?? throw Wrong($"has no field {_path}{name}: {remedy}");
        }

        foreach (var (text, choice) in choices)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(text))
            {
                return choice;
            }
        }

        throw Wrong(name, value, remedy);
    }

    public int WholeNumber(string name, int min, int max)
    {
        var remedy = $"use a whole number from {min} to {max}";
        var value = Required(name, remedy);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Wrong(name, value, remedy);
    }

    public double Number(string name, string remedy) => NumberIn(name, Required(name, remedy), remedy);

    /// <summary>A number, or a list of <paramref name="count"/> numbers.</summary>
    public double[] NumberOrNumbers(string name, int count, string remedy)
    {
        var value = Required(name, remedy);
        return value.ValueKind == JsonValueKind.Array ? NumbersIn(name, value, count, remedy) : [NumberIn(name, value, remedy)];
    }

    public double[] Numbers(string name, int count, string remedy) => NumbersIn(name, Required(name, remedy), count, remedy);

    private double[] NumbersIn(string name, JsonElement list, int count, string remedy)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            throw Wrong(name, list, remedy);
        }

        return [.. list.EnumerateArray().Select(value => NumberIn(name, value, remedy))];
    }

    private double NumberIn(string name, JsonElement value, string remedy) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, remedy);

    private static string Shown(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => $"with {value.GetArrayLength()} values",
            JsonValueKind.Object => "with an object",
            _ => value.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : value.GetRawText(),
        };
}
