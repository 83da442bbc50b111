using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bittbridge.Bittensor;

/// <summary>
/// The SDK's files of a hotkey: JSON with <c>ss58Address</c>, <c>publicKey</c> and, where it is no public file (<c>…pub.txt</c>), <c>privateKey</c> (64 bytes) or
/// <c>secretSeed</c> (the mini secret). Only plain text is read. What is wrong with a file is said in one sentence that names it.
/// </summary>
public static class HotkeyFile
{
    /// <summary>A longer file is no hotkey.</summary>
    private const int MaxBytes = 64 * 1024;

    // What the SDK's files of an encrypted key begin with: NaCl, and the older Ansible vault and Fernet.
    private static readonly byte[][] EncryptedMarks = ["$NACL"u8.ToArray(), "$ANSIBLE_VAULT"u8.ToArray(), "gAAAAA"u8.ToArray()];

    /// <summary>Where the SDK keeps the public file of a wallet's hotkey.</summary>
    /// <param name="wallets">The folder of wallets, by default <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name.</param>
    /// <param name="hotkey">The hotkey's name.</param>
    public static string PublicPath(string wallets, string wallet, string hotkey) => Path.Combine(wallets, wallet, "hotkeys", hotkey + "pub.txt");

    /// <summary>Where the SDK keeps the secret file of a wallet's hotkey; its address can be read from it too, where it is not encrypted.</summary>
    /// <param name="wallets">The folder of wallets, by default <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name.</param>
    /// <param name="hotkey">The hotkey's name.</param>
    public static string SecretPath(string wallets, string wallet, string hotkey) => Path.Combine(wallets, wallet, "hotkeys", hotkey);

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
                problem = $"The hotkey file {path} holds no secret: it is a public file, with which nothing can be signed.";
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
            problem = $"The secret in the hotkey file {path} does not belong to the address beside it, so it is no sr25519 key or was changed.";
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

        if (!TryLoad(path, out var content, out _))
        {
            return new(IsEncrypted(path) ? HotkeyFileKind.Encrypted : HotkeyFileKind.Unreadable, null, problem);
        }

        using (content)
        {
            return content.Secret is null ? new(HotkeyFileKind.Public, content.Address, null) : new(HotkeyFileKind.Secret, content.Address, problem);
        }
    }

    private static bool IsEncrypted(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[16];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            return IsEncrypted(head);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> bytes)
    {
        foreach (var mark in EncryptedMarks)
        {
            if (bytes.StartsWith(mark))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryLoad(string path, [NotNullWhen(true)] out HotkeyFileContent? content, [NotNullWhen(false)] out string? problem)
    {
        content = null;
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                problem = $"The hotkey file {path} is too long to be one.";
                return false;
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problem = $"The hotkey file {path} cannot be read: {error.Message}";
            return false;
        }

        try
        {
            if (IsEncrypted(bytes))
            {
                problem = $"The hotkey file {path} is encrypted, and only plain files are read: take the public file beside it for the address, or let the SDK write the hotkey without a password.";
                return false;
            }

            content = HotkeyFileContent.Parse(bytes, out var why);
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
        }
    }
}
