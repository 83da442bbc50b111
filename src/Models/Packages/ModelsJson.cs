using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Text;

namespace Bittbridge.Models.Packages;

/// <summary>Reads files of fitted parameters: JSON in camel case. Missing, unknown and duplicate members are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(LinearModelParameters))]
[JsonSerializable(typeof(Calibration))]
internal sealed partial class ModelsJson : JsonSerializerContext
{
    /// <summary>Parses a text; null, with a sentence about the problem, when it is invalid.</summary>
    public static T? Read<T>(string json, JsonTypeInfo<T> type, Func<T, string?> check, out string? problem)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize(json, type);
            problem = value is null ? "it holds null" : check(value);
            return problem is null ? value : null;
        }
        // The second exception is for a name with half of a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = Problem(json, type, exception as JsonException);
            return null;
        }
    }

    /// <summary>
    /// Describes the problem without values of the text: a file that was named by mistake may contain a secret, and the serializer quotes
    /// values. Field names are shown only when every required field is present, because the file is then the right one.
    /// </summary>
    private static string Problem(string json, JsonTypeInfo type, JsonException? exception)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return "it does not hold a JSON object";
            }

            var names = root.EnumerateObject().Select(field => field.Name).ToList();
            if (type.Properties.FirstOrDefault(property => property.IsRequired && !names.Contains(property.Name)) is { } lacking)
            {
                return $"it has no field '{lacking.Name}'";
            }

            if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                return $"it has the field '{PlainText.Of(twice.Key)}' twice";
            }

            var path = exception?.Path is ['$', '.', .. var rest] ? rest : "";
            return path.Length == 0 ? "a field is not of the right kind"
                : type.Properties.Any(property => property.Name == path) ? $"its field '{path}' is not of the right kind, or lacks a part"
                : names.Contains(path) ? $"it has the unknown field '{PlainText.Of(path)}'"
                : $"its field '{PlainText.Of(path)}' is unknown, or not of the right kind";
        }
        catch (JsonException syntax)
        {
            return $"line {(syntax.LineNumber ?? 0) + 1} is not valid JSON";
        }
        catch (InvalidOperationException)
        {
            return "it contains invalid Unicode";
        }
    }
}
