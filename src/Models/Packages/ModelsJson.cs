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
            problem = exception.Message;
            return null;
        }
    }
}
