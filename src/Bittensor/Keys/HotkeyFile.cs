using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// The SDK's files of a hotkey: JSON with <c>ss58Address</c>, <c>publicKey</c> and, where it is no public file (<c>…pub.txt</c>),
/// <c>privateKey</c> (64 bytes) or <c>secretSeed</c> (the mini secret). Only plain text is read. What is wrong with a file is said in one
/// sentence that names it.
/// </summary>
public static class HotkeyFile
{
    /// <summary>A longer file is no hotkey.</summary>
    private const int MaxBytes = 64 * 1024;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> LettersAndSpaces = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \t\r\n"u8
    );

    // What the SDK's files of an encrypted key begin with: NaCl, and the older Ansible vault and Fernet.
    private static readonly byte[][] EncryptedPrefixes = ["$NACL"u8.ToArray(), "$ANSIBLE_VAULT"u8.ToArray(), "gAAAAA"u8.ToArray()];

    /// <summary>Where the SDK keeps the public file of a wallet's hotkey.</summary>
    /// <param name="wallets">The folder of wallets, by default <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name.</param>
    /// <param name="hotkey">The hotkey's name.</param>
    public static string PublicPath(string wallets, string wallet, string hotkey) =>
        Path.Combine(wallets, wallet, "hotkeys", hotkey + "pub.txt");

    /// <summary>Reads the pair from a file that holds the secret; otherwise says in one sentence why there is none.</summary>
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
                    HotkeyFileKind.Encrypted =>
                        $"The hotkey file {path} is an encrypted keystore, and only plain files of the SDK are read for signing.",
                    HotkeyFileKind.Secret =>
                        $"The hotkey file {path} holds its secret in a form that is not read, such as a phrase alone: let the SDK write "
                            + "the hotkey's file again.",
                    _ => $"The hotkey file {path} holds no secret: it is a public file, with which nothing can be signed.",
                };
                return false;
            }

            try
            {
                pair = content.Secret.Length == 32 ? HotkeyPair.FromMiniSecret(content.Secret) : HotkeyPair.FromSecret(content.Secret);
            }
            catch (ArgumentException)
            {
                problem = $"The secret in the hotkey file {path} is none of sr25519.";
                return false;
            }
        }

        if (pair.PublicKey != content.Address.PublicKey)
        {
            pair.Dispose();
            pair = null;
            problem =
                $"The secret in the hotkey file {path} does not belong to the address beside it, so it is no sr25519 key or was changed.";
            return false;
        }

        return true;
    }

    /// <summary>Reads only the address, from a secret or a public file; otherwise says in one sentence why there is none.</summary>
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

    /// <summary>Tells what a file is, for its owner to see; its secret is tried and forgotten.</summary>
    public static HotkeyFileSummary Examine(string path)
    {
        if (TryRead(path, out var pair, out var problem))
        {
            using (pair)
            {
                return new(HotkeyFileKind.Secret, pair.Address, null);
            }
        }

        if (!TryLoad(path, out var content, out var kind, out _))
        {
            return new(kind, null, problem);
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

    // The kind is of use where there is no content.
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
                problem = $"The hotkey file {path} is too long to be one.";
                return false;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            var why =
                error is FileNotFoundException or DirectoryNotFoundException ? "is not there"
                : Directory.Exists(path) ? "is a folder"
                : error is UnauthorizedAccessException ? "may not be read"
                : error is PathTooLongException ? "cannot be read, since its path is too long"
                : "cannot be read";
            problem = $"The hotkey file {path} {why}.";
            return false;
        }

        // The file's own bytes and the copy in UTF-8 both hold the secret.
        var utf8 = InUtf8(bytes);
        try
        {
            if (IsEncrypted(utf8.Span))
            {
                kind = HotkeyFileKind.Encrypted;
                problem =
                    $"The hotkey file {path} is encrypted, and only plain files are read: take the public file beside it for the "
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
            kind = content?.Kind ?? kind;
            problem = why is null ? null : $"The hotkey file {path} {why}.";
            return content is not null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what System.Text.Json throws for a text that is no Unicode.
            problem = $"The hotkey file {path} is no JSON object of the SDK.";
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(utf8).Span);
        }
    }

    // Bounded, for devices and pipes have no length. Without a buffer of the stream's own, which would keep the secret.
    private static bool TryReadBytes(string path, out byte[] bytes)
    {
        using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        var buffer = new byte[MaxBytes + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        bytes = buffer[..length];
        CryptographicOperations.ZeroMemory(buffer);
        return length <= MaxBytes;
    }

    // Editors and shells of Windows write a byte order mark, or UTF-16.
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

    // Words alone, as a phrase has, or the hex digits of a seed or a private key. The length tells them from a file of the SDK.
    private static bool IsBareSecret(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        var digits = text.StartsWith("0x"u8) ? text[2..] : text;
        return digits.Length is 64 or 128 && !digits.ContainsAnyExcept(HexDigits)
            || (text.Length > 0 && !text.ContainsAnyExcept(LettersAndSpaces) && text.Count((byte)' ') + text.Count((byte)'\n') >= 8);
    }
}

/// <summary>What is known of a hotkey file once it was looked into; nothing of its secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Whose it is; null where that can't be read.</param>
/// <param name="Problem">What is wrong with it, in one sentence; null for nothing. A file whose secret can't be used still has its
/// address.</param>
public sealed record HotkeyFileSummary(HotkeyFileKind Kind, Ss58Address? Address, string? Problem);

/// <summary>What a hotkey file is.</summary>
public enum HotkeyFileKind
{
    /// <summary>None that can be read: not there, damaged, or something else.</summary>
    Unreadable,

    /// <summary>An address without its secret, as in <c>…pub.txt</c>.</summary>
    Public,

    /// <summary>An address and its secret, in plain text.</summary>
    Secret,

    /// <summary>Encrypted: not even the address can be read from it.</summary>
    Encrypted,
}
