using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// Reads the SDK's hotkey files: JSON with <c>ss58Address</c>, <c>publicKey</c> and, unless it is a public file (<c>…pub.txt</c>),
/// <c>privateKey</c> (64 bytes) or <c>secretSeed</c> (the mini secret). Only plain text is read. A problem is one sentence that names the
/// file.
/// </summary>
public static class HotkeyFile
{
    private const int MaxBytes = 64 * 1024;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> LettersAndSpaces = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \t\r\n"u8
    );

    // The first bytes of the SDK's encrypted key files: NaCl, and the older Ansible vault and Fernet.
    private static readonly byte[][] EncryptedPrefixes = ["$NACL"u8.ToArray(), "$ANSIBLE_VAULT"u8.ToArray(), "gAAAAA"u8.ToArray()];

    /// <summary>The path of the public file of a wallet's hotkey.</summary>
    /// <param name="wallets">The folder of wallets, by default <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name.</param>
    /// <param name="hotkey">The hotkey's name.</param>
    public static string PublicPath(string wallets, string wallet, string hotkey) =>
        Path.Combine(wallets, wallet, "hotkeys", hotkey + "pub.txt");

    /// <summary>Reads the key pair from a file with the secret. A problem is one sentence.</summary>
    public static bool TryRead(string path, [NotNullWhen(true)] out HotkeyPair? pair, [NotNullWhen(false)] out string? problem)
    {
        pair = null;
        if (!TryLoad(path, out var content, out problem))
        {
            return false;
        }

        using (content)
        {
            if (content.Secret is null)
            {
                problem = content.Kind switch
                {
                    HotkeyFileKind.Encrypted => $"The hotkey file {path} is an encrypted keystore; signing needs a plain file of the SDK.",
                    HotkeyFileKind.Secret =>
                        $"The hotkey file {path} contains its secret in an unsupported form, such as only a phrase: let the SDK write "
                            + "the hotkey's file again.",
                    _ => $"The hotkey file {path} holds no secret: it is a public file, which cannot sign.",
                };
                return false;
            }

            try
            {
                pair = content.Secret.Length == 32 ? HotkeyPair.FromMiniSecret(content.Secret) : HotkeyPair.FromSecret(content.Secret);
            }
            catch (ArgumentException)
            {
                problem = $"The secret in the hotkey file {path} is not an sr25519 secret.";
                return false;
            }
        }

        if (pair.PublicKey != content.Address.PublicKey)
        {
            pair.Dispose();
            pair = null;
            problem =
                $"The secret in the hotkey file {path} does not match the file's address, so it is not an sr25519 key or was changed.";
            return false;
        }

        return true;
    }

    /// <summary>Reads only the address, from a secret or a public file. A problem is one sentence.</summary>
    public static bool TryReadAddress(string path, out Ss58Address address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        if (!TryLoad(path, out var content, out problem))
        {
            return false;
        }

        using (content)
        {
            address = content.Address;
            return true;
        }
    }

    /// <summary>Describes a file for its owner; its secret is only checked and then erased.</summary>
    public static HotkeyFileSummary Examine(string path)
    {
        _ = TryRead(path, out var pair, out var problem);
        pair?.Dispose();
        if (!TryLoad(path, out var content, out var kind, out var unreadable))
        {
            return new(kind, null, unreadable);
        }

        using (content)
        {
            return new(content.Kind, content.Address, content.Kind == HotkeyFileKind.Secret ? problem : null);
        }
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> bytes)
    {
        foreach (var prefix in EncryptedPrefixes)
        {
            if (bytes.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryLoad(
        string path,
        [NotNullWhen(true)] out HotkeyFileContent? content,
        [NotNullWhen(false)] out string? problem
    ) => TryLoad(path, out content, out _, out problem);

    /// <param name="path">The file.</param>
    /// <param name="content">What it holds, unless there is a problem.</param>
    /// <param name="kind">The kind of a file whose content can't be used.</param>
    /// <param name="problem">One sentence.</param>
    private static bool TryLoad(
        string path,
        [NotNullWhen(true)] out HotkeyFileContent? content,
        out HotkeyFileKind kind,
        [NotNullWhen(false)] out string? problem
    )
    {
        (content, kind) = (null, HotkeyFileKind.Unreadable);
        byte[] bytes;
        try
        {
            if (!TryReadBytes(path, out bytes))
            {
                problem = $"The file {path} is too long for a hotkey file.";
                return false;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            var why =
                error is FileNotFoundException or DirectoryNotFoundException ? "does not exist"
                : Directory.Exists(path) ? "is a folder"
                : error is UnauthorizedAccessException ? "may not be read"
                : error is PathTooLongException ? "cannot be read, since its path is too long"
                : "cannot be read";
            problem = $"The hotkey file {path} {why}.";
            return false;
        }

        // Both the file's bytes and the copy in UTF-8 contain the secret.
        var utf8 = InUtf8(bytes);
        try
        {
            if (IsEncrypted(utf8.Span))
            {
                kind = HotkeyFileKind.Encrypted;
                problem =
                    $"The hotkey file {path} is encrypted, and only plain files can be read: use the public file beside it for the "
                    + "address, or let the SDK write the hotkey without a password.";
                return false;
            }

            if (IsBareSecret(utf8.Span))
            {
                kind = HotkeyFileKind.Secret;
                problem =
                    $"The hotkey file {path} holds a secret phrase or a secret key in plain text, and no address: keep it away from the "
                    + "miner, and use the address or the public file instead.";
                return false;
            }

            content = HotkeyFileContent.Parse(utf8.Span, out var why);
            problem = content is null ? $"The hotkey file {path} {why}." : null;
            return content is not null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // System.Text.Json throws InvalidOperationException for a text that is not valid Unicode.
            problem = $"The hotkey file {path} is not a JSON object of the SDK.";
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(utf8).Span);
        }
    }

    // Reads a bounded number of bytes, because devices and pipes have no length, and uses no stream buffer, which would keep the secret.
    private static bool TryReadBytes(string path, out byte[] bytes)
    {
        using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        var buffer = new byte[MaxBytes + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        bytes = buffer[..length];
        CryptographicOperations.ZeroMemory(buffer);
        return length <= MaxBytes;
    }

    // Converts files with a byte order mark or in UTF-16, which editors and shells on Windows write.
    private static ReadOnlyMemory<byte> InUtf8(byte[] bytes)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            return bytes.AsMemory(3);
        }

        if (bytes is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
        {
            return bytes;
        }

        var letters = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(2));
        if (bytes[0] == 0xFE)
        {
            BinaryPrimitives.ReverseEndianness(letters, letters);
        }

        var utf8 = GC.AllocateArray<byte>(letters.Length * 3, pinned: true);
        Utf8.FromUtf16(MemoryMarshal.Cast<ushort, char>(letters), utf8, out _, out var written);
        return utf8.AsMemory(0, written);
    }

    // Whether the file has nothing but the words of a phrase, or the hex digits of a seed or a private key.
    private static bool IsBareSecret(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        var digits = text.StartsWith("0x"u8) ? text[2..] : text;
        return digits.Length is 64 or 128 && !digits.ContainsAnyExcept(HexDigits)
            || (!text.ContainsAnyExcept(LettersAndSpaces) && text.Count((byte)' ') + text.Count((byte)'\n') >= 8);
    }
}

/// <summary>The description of a hotkey file, without its secret.</summary>
/// <param name="Kind">The kind of the file.</param>
/// <param name="Address">Its address; null when it can't be read.</param>
/// <param name="Problem">What is wrong with it, in one sentence; null if nothing is. A file with an unusable secret still has its
/// address.</param>
public sealed record HotkeyFileSummary(HotkeyFileKind Kind, Ss58Address? Address, string? Problem);

/// <summary>The kind of a hotkey file.</summary>
public enum HotkeyFileKind
{
    /// <summary>Not readable: missing, damaged, or another kind of file.</summary>
    Unreadable,

    /// <summary>An address without its secret, as in <c>…pub.txt</c>.</summary>
    Public,

    /// <summary>An address and its secret, in plain text.</summary>
    Secret,

    /// <summary>Encrypted. Only a keystore of polkadot-js still shows its address.</summary>
    Encrypted,
}
