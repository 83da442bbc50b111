namespace Bittbridge.Bittensor.Signatures;

/// <summary>The wrapping that browser wallets put around a text before they sign it, so that no text can pass for a transaction.</summary>
public static class WrappedBytes
{
    /// <summary><c>&lt;Bytes&gt;</c> + message + <c>&lt;/Bytes&gt;</c>.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> message) => [.. "<Bytes>"u8, .. message, .. "</Bytes>"u8];
}
