using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Bittbridge.Miner.ModelRegistry;

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
