using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Prepares requests as validators send them: each signed by one of 64 hotkeys, or of more, with a session and a nonce of its own.
/// </summary>
internal static class Challenges
{
    /// <summary>How many hotkeys there are.</summary>
    public const int MaxHotkeys = 256;

    private const int Hotkeys = 64;

    public static readonly Ss58Address Miner = DevelopmentKey.Derive("//Bob").Address;

    private static readonly HotkeyPair[] Pairs = [.. Enumerable.Range(0, MaxHotkeys).Select(i => DevelopmentKey.Derive($"//Validator{i}"))];

    /// <summary>How long a validator waits for an answer.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(12);

    /// <summary>The addresses of all hotkeys.</summary>
    public static IReadOnlyList<string> Callers { get; } = [.. Pairs.Select(pair => pair.Address.ToString())];

    /// <summary>The subnet of the miner, which has uid 0, and of all hotkeys, each of which has a validator permit.</summary>
    public static SubnetSnapshot Subnet { get; } =
        new(
            420,
            5_000_000,
            [new(0, Miner.PublicKey, false), .. Pairs.Select((pair, i) => new Neuron((ushort)(i + 1), pair.PublicKey, true))]
        );

    /// <summary>Signed challenges; a miner accepts them for about 15 s.</summary>
    public static byte[][] Signed(int count) => Signed(count, DefaultTimeout);

    /// <summary>Signed challenges; a miner accepts them for a few seconds more than the timeout that they name.</summary>
    public static byte[][] Signed(int count, TimeSpan timeout) => Make(count, headers => headers, timeout: timeout);

    /// <summary>Signed challenges for a miner whose clock is not that of this machine.</summary>
    /// <param name="count">How many.</param>
    /// <param name="time">The time of the first.</param>
    /// <param name="step">The time from one to the next.</param>
    /// <param name="hotkeys">How many hotkeys sign in turn, at most <see cref="MaxHotkeys"/>.</param>
    public static byte[][] SignedAt(int count, DateTimeOffset time, TimeSpan step = default, int hotkeys = Hotkeys) =>
        Make(count, headers => headers, time: time, step: step, hotkeys: hotkeys);

    /// <summary>
    /// The same with another point R in the signature. It still has schnorrkel's form, so that the miner refuses it only after the whole
    /// verification.
    /// </summary>
    public static byte[][] Forged(int count) =>
        Make(
            count,
            headers =>
                headers.Select(header =>
                    header.Key == HeaderNames.DendriteSignature ? KeyValuePair.Create(header.Key, WithOtherPoint(header.Value)) : header
                )
        );

    /// <summary>A signed challenge whose body is larger than a miner reads.</summary>
    public static byte[][] Oversized(int count) => Make(count, headers => headers, padding: 512 * 1024);

    /// <summary>A signed challenge whose body a miner reads, and which is long enough to be sent slowly.</summary>
    public static byte[][] Long(int count) => Make(count, headers => headers, padding: 8 * 1024);

    private static string WithOtherPoint(string signature)
    {
        var bytes = Convert.FromHexString(signature.AsSpan("0x".Length));
        bytes[0] ^= 1;
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    private static byte[][] Make(
        int count,
        Func<IEnumerable<KeyValuePair<string, string>>, IEnumerable<KeyValuePair<string, string>>> change,
        int padding = 0,
        TimeSpan? timeout = null,
        DateTimeOffset? time = null,
        TimeSpan step = default,
        int hotkeys = Hotkeys
    )
    {
        var first = time ?? TimeProvider.System.GetUtcNow();
        var requests = new byte[count][];
        Parallel.For(
            0,
            count,
            i =>
            {
                var now = first + i * step;
                var body = Dendrite.BodyAt(now);
                body = padding == 0 ? body : $"{body[..^1]},\"x\":\"{new string('x', padding)}\"}}";
                var headers = new V10Signer(Pairs[i % hotkeys], Guid.NewGuid().ToString()).Sign(
                    SynapseNames.Challenge,
                    Miner,
                    "127.0.0.1",
                    8091,
                    UnixNanoseconds.Of(now) + i,
                    timeout ?? DefaultTimeout
                );
                var text = new StringBuilder("POST /Challenge HTTP/1.1\r\nHost: 127.0.0.1:8091\r\n");
                foreach (var (name, value) in change(headers))
                {
                    text.Append(name).Append(": ").Append(value).Append("\r\n");
                }

                text.Append("Content-Type: application/json\r\nContent-Length: ").Append(body.Length).Append("\r\n\r\n").Append(body);
                requests[i] = Encoding.ASCII.GetBytes(text.ToString());
            }
        );
        return requests;
    }
}
