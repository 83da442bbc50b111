using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Packages;

/// <summary>The files of fitted parameters: JSON in camel case, refused where a member is missing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(LinearModelParameters))]
[JsonSerializable(typeof(Calibration))]
internal sealed partial class ModelsJson : JsonSerializerContext
{
    /// <summary>What a text holds; null, with a sentence that says why, where it is not that.</summary>
    public static T? Read<T>(string json, JsonTypeInfo<T> type, Func<T, string?> check, out string? problem)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize(json, type);
            problem = value is null ? "it holds null" : check(value);
            return problem is null ? value : null;
        }
        // The second is what a text with half of a surrogate pair makes of it, in a name.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = Problem(json, type, exception as JsonException);
            return null;
        }
    }

    /// <summary>
    /// What is wrong, without a word of the text: a file that was named by mistake may hold a secret, and the serializer quotes it.
    /// </summary>
    private static string Problem(string json, JsonTypeInfo type, JsonException? exception)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? "it holds no JSON object"
                : type.Properties.FirstOrDefault(property => property.IsRequired && !root.TryGetProperty(property.Name, out _))
                    is { } lacking
                    ? $"it has no field '{lacking.Name}'"
                : type.Properties.FirstOrDefault(property =>
                    exception?.Path?.StartsWith($"$.{property.Name}", StringComparison.Ordinal) ?? false
                )
                    is { } wrong
                    ? $"its field '{wrong.Name}' is not of the right kind, or lacks a part"
                : "a field is not of the right kind";
        }
        catch (JsonException syntax)
        {
            return string.Create(CultureInfo.InvariantCulture, $"line {(syntax.LineNumber ?? 0) + 1} is no JSON");
        }
        catch (InvalidOperationException)
        {
            return "it holds text that is not Unicode";
        }
    }
}
