using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The manifest of a version of a model. It is written once, after the files: a version with a manifest is complete and never changes.
/// </summary>
/// <param name="FormatVersion">The format of this record: <see cref="CurrentFormat"/>.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">The kind of its loader.</param>
/// <param name="PushedAt">When it was pushed (UTC).</param>
/// <param name="Files">Every file, sorted by name.</param>
public sealed record ModelManifest(
    int FormatVersion,
    string Name,
    string Version,
    string Kind,
    DateTimeOffset PushedAt,
    IReadOnlyList<ModelFile> Files
)
{
    public const int CurrentFormat = 1;

    [JsonIgnore]
    public ModelId Id => new(Name, Version);

    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Whether both have the same kind and files.</summary>
    public bool HoldsTheSameAs(ModelManifest other) => Kind == other.Kind && Files.SequenceEqual(other.Files);

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.ModelManifest);

    /// <summary>Null if the bytes are not a manifest of that model in the current format.</summary>
    internal static ModelManifest? FromJson(ModelId id, ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ModelManifest);
            // Check each file first: the sum below would overflow on sizes that can't be.
            return
                manifest is { FormatVersion: CurrentFormat, Files.Count: > 0 and <= PackageLimits.MaxFiles }
                && manifest.Name == id.Name
                && manifest.Version == id.Version
                && ModelId.IsPart(manifest.Kind)
                && manifest.Files.All(file => file is { IsWellFormed: true })
                && manifest.Bytes <= PackageLimits.MaxBytes
                && manifest.Files.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() == manifest.Files.Count
                ? manifest
                : null;
        }
        // A string with half of a surrogate pair throws InvalidOperationException.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ClassManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>One file of a version.</summary>
/// <param name="Name">The file name without a folder.</param>
/// <param name="Bytes">The length.</param>
/// <param name="Sha256">The SHA-256 digest in lower-case hexadecimal.</param>
public sealed record ModelFile(string Name, long Bytes, string Sha256)
{
    [JsonIgnore]
    internal bool IsWellFormed =>
        Sha256 is not null
        && PackageLimits.IsFileName(Name)
        && Bytes is >= 0 and <= PackageLimits.MaxBytes
        && Sha256.Length == 64
        && Sha256.All(char.IsAsciiHexDigitLower);

    public static ModelFile Of(string name, ReadOnlyMemory<byte> content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content.Span)));
}
