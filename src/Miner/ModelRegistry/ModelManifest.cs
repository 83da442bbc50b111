using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// What belongs to a version of a model. It is written after the files and never again: a version with a manifest is whole and stays as it
/// is.
/// </summary>
/// <param name="FormatVersion">Of this record: <see cref="CurrentFormat"/>.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">Which loader takes it.</param>
/// <param name="PushedAt">When it was put there (UTC).</param>
/// <param name="Files">Every file, in the order of their names.</param>
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

    /// <summary>Whether both hold the same files of the same kind.</summary>
    public bool HoldsTheSameAs(ModelManifest other) => Kind == other.Kind && Files.SequenceEqual(other.Files);

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelManifestJson.Default.ModelManifest);

    /// <summary>Null where the bytes are no manifest of that model that this version can read.</summary>
    internal static ModelManifest? FromJson(ModelId id, ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, ModelManifestJson.Default.ModelManifest);
            // Each file by itself first: their sum, and the table that they are shown in, take no size and no name that can't be.
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
        // The second is what a text with half of a surrogate pair makes of it.
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
internal sealed partial class ModelManifestJson : JsonSerializerContext;

/// <summary>One file of a version.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest in small hexadecimal digits.</param>
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
