using System.Text.Json;

namespace Bittbridge.Cli.Doctor;

/// <summary>The file in which Functions Core Tools keep an app's environment variables: <c>{"Values": {"Bittbridge__Hotkey": "…"}}</c>.</summary>
internal static class LocalSettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Its values, with <c>:</c> for each <c>__</c> as in configuration.</summary>
    /// <exception cref="UsageException">There is no such file, or it is none.</exception>
    public static IReadOnlyDictionary<string, string?> Read(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            using var json = JsonDocument.Parse(stream, Lenient);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("Values", out var values) || values.ValueKind != JsonValueKind.Object)
            {
                throw new UsageException($"The file {file} has no object Values: name a local.settings.json such as local.settings.sample.json.");
            }

            if (json.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw new UsageException($"The values in {file} are encrypted: run 'func settings decrypt' first.");
            }

            return values.EnumerateObject().ToDictionary(value => value.Name.Replace("__", ":", StringComparison.Ordinal), value => (string?)value.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The settings file can't be read ({exception.Message.TrimEnd('.')}): check --settings.");
        }
        // The last for two names that differ in case only.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UsageException($"The file {file} is no JSON with one value for each name ({exception.Message.Split('\n')[0].TrimEnd('.')}): mend it, or name another with --settings.");
        }
    }
}
