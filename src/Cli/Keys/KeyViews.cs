using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Keys;

/// <summary>A key as JSON.</summary>
/// <param name="Address">The address in the requested format.</param>
/// <param name="Format">The ss58 format.</param>
/// <param name="PublicKey">64 hex digits.</param>
/// <param name="File"><c>public</c>, <c>secret</c> or <c>encrypted</c>; null if no file was read.</param>
/// <param name="DevelopmentKey">The path of a well-known key; null for any other.</param>
/// <param name="Remarks">Notes for the owner, one sentence each.</param>
internal sealed record AddressView(
    string Address,
    int Format,
    string PublicKey,
    string? File,
    string? DevelopmentKey,
    IReadOnlyList<string> Remarks
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AddressView))]
internal sealed partial class KeysJson : JsonSerializerContext;
