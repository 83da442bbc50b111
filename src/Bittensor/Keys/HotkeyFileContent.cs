using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Keys;

/// <summary>The content of a hotkey file; only its public part is checked for consistency. Dispose erases the secret.</summary>
internal sealed class HotkeyFileContent : IDisposable
{
    private HotkeyFileContent(Ss58Address address, byte[]? secret, HotkeyFileKind kind)
    {
        Address = address;
        Secret = secret;
        Kind = kind;
    }

    /// <summary>
    /// A file with a phrase is secret, and a keystore of polkadot-js is encrypted, although neither has a supported <see cref="Secret"/>.
    /// </summary>
    public HotkeyFileKind Kind { get; }

    public Ss58Address Address { get; }

    /// <summary>64 bytes of <c>privateKey</c>, else 32 of <c>secretSeed</c>, else null.</summary>
    public byte[]? Secret { get; private set; }

    /// <summary>Parses the file's bytes; null and the end of a sentence when they are not a hotkey.</summary>
    /// <exception cref="JsonException">The bytes are not a JSON object of plain values.</exception>
    public static HotkeyFileContent? Parse(ReadOnlySpan<byte> json, out string? why)
    {
        Ss58Address? address = null;
        PublicKey? publicKey = null;
        byte[]? privateKey = null,
            seed = null;
        bool hasPhrase = false,
            isKeystore = false,
            isPlain = false;
        why = null;

        // A reader and not a document, which would leave copies of the secret in memory.
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object");
        }

        while (why is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "encoding" && reader.TokenType == JsonTokenType.StartObject)
            {
                // The reader is then at the end of the object, where Skip does nothing.
                isPlain |= IsPlain(ref reader);
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                continue;
            }

            switch (name)
            {
                case "secretPhrase":
                    hasPhrase |= reader.ValueSpan.Length > 0;
                    break;
                case "encoded":
                    isKeystore = true;
                    break;

                // The SDK's name, and polkadot-js's.
                case "ss58Address"
                or "address":
                    address = Ss58Address.TryParse(reader.GetString(), out var read) ? read : null;
                    why = address is null ? $"has an invalid {name}" : null;
                    break;
                case "publicKey" or "accountId":
                    var known = publicKey;
                    publicKey = PublicKey.TryParseHex(reader.GetString(), out var key) ? key : null;
                    why =
                        publicKey is null || (known is not null && known != publicKey)
                            ? $"has an invalid {name}, or two different ones"
                            : null;
                    break;
                case "privateKey":
                    privateKey = Secretly(reader.ValueSpan, Sr25519.SecretBytes);
                    why = privateKey is null ? "holds a privateKey that is not 64 bytes in hex" : null;
                    break;
                case "secretSeed":
                    seed = Secretly(reader.ValueSpan, 32);
                    why = seed is null ? "holds a secretSeed that is not 32 bytes in hex" : null;
                    break;
                default:
                    break;
            }
        }

        address ??= publicKey is { } only ? new Ss58Address(only) : null;
        why ??=
            address is null ? "holds no ss58Address"
            : address.Value.PublicKey.IsZero ? "holds the all-zero key, which has no owner"
            : publicKey is not null && publicKey != address.Value.PublicKey ? "holds an address and a public key that do not match"
            : null;
        if (privateKey is not null || why is not null)
        {
            CryptographicOperations.ZeroMemory(seed);
        }

        if (why is not null)
        {
            CryptographicOperations.ZeroMemory(privateKey);
            return null;
        }

        var kind =
            privateKey is not null || seed is not null || hasPhrase || (isKeystore && isPlain) ? HotkeyFileKind.Secret
            : isKeystore ? HotkeyFileKind.Encrypted
            : HotkeyFileKind.Public;
        return new HotkeyFileContent(address!.Value, privateKey ?? seed, kind);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Secret);
        Secret = null;
    }

    // In polkadot-js, encoding.type names the encryption of the key: scrypt and xsalsa20-poly1305, or none.
    private static bool IsPlain(ref Utf8JsonReader reader)
    {
        var (depth, isPlain) = (reader.CurrentDepth, false);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            isPlain |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("none"u8);
        }

        return isPlain;
    }

    private static byte[]? Secretly(ReadOnlySpan<byte> text, int length)
    {
        if (text.StartsWith("0x"u8))
        {
            text = text[2..];
        }

        if (text.Length != length * 2)
        {
            return null;
        }

        Span<char> digits = stackalloc char[length * 2];
        Encoding.ASCII.GetChars(text, digits);
        var secret = GC.AllocateArray<byte>(length, pinned: true);
        var read = StrictHex.TryDecode(digits, secret);
        digits.Clear();
        return read ? secret : null;
    }
}
