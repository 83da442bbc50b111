using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Cli.Keys;

/// <summary>Whether a signature holds, and where it does not, what it would hold for.</summary>
internal static class Verification
{
    private const string Sr = "sr25519";
    private const string Ed = "ed25519";
    private const int SignatureBytes = Sr25519.SignatureBytes;

    public static VerificationView Of(PublicKey key, byte[] message, byte[] signature, string crypto) =>
        Holds(key, message, signature, crypto) ? new(true, crypto, Wrapped: false, null)
        : Holds(key, WrappedBytes.Wrap(message), signature, crypto) ? new(true, crypto, Wrapped: true, null)
        : new(false, crypto, Wrapped: false, Why(key, message, signature, crypto));

    private static string Why(PublicKey key, byte[] message, byte[] signature, string crypto)
    {
        var other = crypto == Sr ? Ed : Sr;
        return key.IsZero ? "the all-zero key signs nothing, for anyone can sign with it."
            : signature.Length != SignatureBytes ? $"a signature has {SignatureBytes} bytes, this has {signature.Length}."
            : Holds(key, message, signature, other) || Holds(key, WrappedBytes.Wrap(message), signature, other)
                ? $"it holds as {other}: use --crypto {other}."
            : WithoutLineBreak(message) is { } shorter && Of(key, shorter, signature, crypto).Valid
                ? "it holds for the message without the line break at its end."
            : crypto == Sr && (signature[^1] & 0x80) == 0 ? "it is no sr25519 signature: the marker bit in its last byte is missing."
            : "message, signature and address do not belong together.";
    }

    private static bool Holds(PublicKey key, byte[] message, byte[] signature, string crypto) =>
        crypto == Sr ? Sr25519.Verify(key, message, signature) : Ed25519.Verify(key, message, signature);

    private static byte[]? WithoutLineBreak(byte[] message) =>
        message is [.., (byte)'\n'] ? message[..^(message is [.., (byte)'\r', _] ? 2 : 1)] : null;
}
