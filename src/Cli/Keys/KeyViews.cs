using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Keys;

/// <summary>An address for machines.</summary>
internal sealed record AddressView(string Address, int Format, string PublicKey);

/// <summary>What an address or a key file is, for machines.</summary>
/// <param name="File"><c>public</c>, <c>secret</c>, <c>encrypted</c> or <c>unreadable</c>; null where no file was looked into.</param>
/// <param name="Address">As it was given; null where none could be read.</param>
/// <param name="Format">Its ss58 format.</param>
/// <param name="BittensorAddress">The same key in Bittensor's format.</param>
/// <param name="PublicKey">64 hex digits.</param>
/// <param name="DevelopmentKey">The path of a well-known key.</param>
/// <param name="Usable">Whether it can be somebody's hotkey.</param>
/// <param name="Remarks">What its owner should know, a sentence each.</param>
internal sealed record InspectionView(
    string? File,
    string? Address,
    int? Format,
    string? BittensorAddress,
    string? PublicKey,
    string? DevelopmentKey,
    bool Usable,
    IReadOnlyList<string> Remarks
);

/// <summary>Whether a signature holds, for machines.</summary>
/// <param name="Valid">Whether it does.</param>
/// <param name="Crypto"><c>sr25519</c> or <c>ed25519</c>.</param>
/// <param name="Wrapped">Whether it holds for the message between <c>&lt;Bytes&gt;</c> and <c>&lt;/Bytes&gt;</c>.</param>
/// <param name="Remark">Why not, as far as one can tell.</param>
internal sealed record VerificationView(bool Valid, string Crypto, bool Wrapped, string? Remark);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AddressView))]
[JsonSerializable(typeof(InspectionView))]
[JsonSerializable(typeof(VerificationView))]
internal sealed partial class KeysJson : JsonSerializerContext;
