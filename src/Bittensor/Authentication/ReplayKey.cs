using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// The key of a nonce in the store. The same request always gives the same key, in every instance; no session can break a key or collide
/// with another.
/// </summary>
/// <param name="Slice">The 5 minutes of the nonce's own time, by their start in UTC as <c>20261122T1535</c>; sorts by time.</param>
/// <param name="Hash">64 lower-case hex digits: SHA-256 of format, receiver, public key, session and nonce.</param>
public readonly record struct ReplayKey(string Slice, string Hash)
{
    /// <summary>The length of a slice.</summary>
    public static readonly TimeSpan SliceLength = TimeSpan.FromMinutes(5);

    /// <summary>The bytes before the session: format, receiver, caller and the session's length.</summary>
    private const int Fixed = 4 + (2 * PublicKey.Length) + 4;

    /// <summary>The key of a caller's nonce.</summary>
    public static ReplayKey Of(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);

        // Every part has a fixed length or is preceded by its length, so that two different callers never give the same bytes. The receiver
        // is included because two miners may share a storage account, and both may accept the same nonce.
        var session = Encoding.UTF8.GetBytes(caller.Session);
        var content = new byte[Fixed + session.Length + 8];
        BinaryPrimitives.WriteInt32LittleEndian(content, (int)caller.Format);
        caller.Receiver.CopyTo(content.AsSpan(4));
        caller.Hotkey.PublicKey.CopyTo(content.AsSpan(4 + PublicKey.Length));
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(Fixed - 4), session.Length);
        session.CopyTo(content, Fixed);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(Fixed + session.Length), caller.Nonce);
        return new ReplayKey(SliceOf(caller.Nonce), Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>The slice of a time: for pruning, where every slice that sorts before it ends before that time.</summary>
    /// <param name="unixNanoseconds">Not negative.</param>
    public static string SliceOf(long unixNanoseconds)
    {
        var length = SliceLength.Ticks;
        var ticks = unixNanoseconds / TimeSpan.NanosecondsPerTick;
        return DateTime.UnixEpoch.AddTicks(ticks - ticks % length).ToString("yyyyMMdd'T'HHmm", CultureInfo.InvariantCulture);
    }
}
