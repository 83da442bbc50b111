using System.Text.Json;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>
/// The file in which Functions Core Tools keep an app's environment variables: <c>{"Values": {"Bittbridge__Hotkey": "…"}}</c>. Core Tools
/// pass on only flat names in <c>Values</c>, so a nested setting is refused with the name that it should have.
/// </summary>
internal static class LocalSettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The values, with <c>:</c> for each <c>__</c> as in configuration.</summary>
    /// <exception cref="UsageException">The file does not exist or is invalid.</exception>
    public static IReadOnlyDictionary<string, string?> Read(FileInfo file)
    {
        var text = InputFile.Read(file);
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            return Read(Shown.Path(file.FullName), json.RootElement);
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"The file {Shown.Path(file.FullName)} is not valid JSON (line {exception.LineNumber + 1}): correct that line, or name "
                    + "another file with --settings."
            );
        }
        // A name or a value contains half a surrogate pair.
        catch (InvalidOperationException)
        {
            throw new UsageException(
                $"The file {Shown.Path(file.FullName)} contains invalid Unicode: correct it, or name another file with --settings."
            );
        }
    }

    private static Dictionary<string, string?> Read(string file, JsonElement root)
    {
        if (Member(root, "Values") is not { ValueKind: JsonValueKind.Object } values)
        {
            throw new UsageException(
                $"The file {file} has no object Values: name a local.settings.json such as local.settings.sample.json."
            );
        }

        if (Member(root, "IsEncrypted") is { ValueKind: JsonValueKind.True })
        {
            throw new UsageException($"The values in {file} are encrypted: run 'func settings decrypt' first.");
        }

        if (
            root.EnumerateObject()
                .FirstOrDefault(member => member.Name.StartsWith(SettingNames.Section, StringComparison.OrdinalIgnoreCase)) is
            { Value.ValueKind: not JsonValueKind.Undefined } outside
        )
        {
            throw new UsageException(
                $"The file {file} has {Shown.Value(outside.Name)} outside Values, where it is ignored: write "
                    + $"{Flat(outside.Name, outside.Value)} into Values."
            );
        }

        var read = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in values.EnumerateObject())
        {
            if (value.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                throw new UsageException(
                    $"The file {file} has {Shown.Value(value.Name)} as an "
                        + $"{(value.Value.ValueKind == JsonValueKind.Object ? "object" : "array")}, which Functions does not read: "
                        + $"write {Flat(value.Name, value.Value)} instead."
                );
            }

            if (
                !read.TryAdd(
                    value.Name.Replace("__", ":", StringComparison.Ordinal),
                    value.Value.ValueKind == JsonValueKind.Null ? null : value.Value.ToString()
                )
            )
            {
                throw new UsageException($"The file {file} has {Shown.Value(value.Name)} twice: give one value for each name.");
            }
        }

        return read;
    }

    // Core Tools ignore the case of names.
    private static JsonElement? Member(JsonElement root, string name) =>
        root.ValueKind != JsonValueKind.Object
            ? null
            : root.EnumerateObject()
                .Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(member => (JsonElement?)member.Value)
                .FirstOrDefault();

    // The first of the flat names, without its value, which may be secret.
    private static string Flat(string name, JsonElement value)
    {
        while (
            value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().Select(member => (JsonProperty?)member).FirstOrDefault() is { } first
        )
        {
            (name, value) = ($"{name}__{first.Name}", first.Value);
        }

        return $"\"{(IsName(name) ? name : "NAME")}\": \"…\"";
    }

    /// <summary>Whether a name may be shown as it is: it is short, has no control character and is no secret.</summary>
    private static bool IsName(string name) =>
        name.Length <= 100
        && Shown.Secret(name) is null
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' or '.' or '-');
}
