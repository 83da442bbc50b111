using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>Reads single header values and describes what is wrong with them.</summary>
internal static class HeaderValues
{
    /// <summary>
    /// A hotkey in format 42, the only one that the chain, the SDKs and this miner write. Another format would write the same key
    /// differently, and code that compares texts would see one caller under two names.
    /// </summary>
    public static bool TryReadHotkey(string text, out Ss58Address hotkey) =>
        Ss58Address.TryParse(text, out hotkey) && hotkey.Format == Ss58Address.BittensorFormat;

    /// <summary>A nonce: 1 to 19 digits without leading zeros, sign or spaces; above zero and below 2^63.</summary>
    public static bool TryReadNonce(string text, out long nonce) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out nonce) && text[0] != '0';

    /// <summary>A timeout in seconds: finite and not negative; reduced to the maximum when it is longer.</summary>
    public static bool TryReadTimeout(string? text, out TimeSpan timeout)
    {
        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var read = double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds >= 0;
        timeout = read ? TimeSpan.FromSeconds(Math.Min(seconds, NonceWindow.MaxTimeout.TotalSeconds)) : default;
        return read;
    }

    /// <summary>The age of a nonce in words, so that an honest caller can correct its clock.</summary>
    public static Refusal RefuseStale(long nonce, long now)
    {
        var seconds = (now - nonce) / 1e9;
        return Refusal.NotVerified(
            RefusalReason.Stale,
            seconds >= 0
                ? string.Create(CultureInfo.InvariantCulture, $"Nonce is too old: {seconds:0.0} s behind the miner's clock")
                : string.Create(CultureInfo.InvariantCulture, $"Nonce is too new: {-seconds:0.0} s ahead of the miner's clock")
        );
    }
}
