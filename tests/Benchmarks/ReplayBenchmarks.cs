using System.Globalization;
using BenchmarkDotNet.Attributes;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Replay;

namespace Bittbridge.Benchmarks;

/// <summary>
/// The first look at a nonce, in a memory that holds 50,000: one that is there, and one that is new, with the dropping of an old one; and
/// the key that both need.
/// </summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private readonly NonceCache _recent = new(int.MaxValue, TimeProvider.System);
    private readonly long _until = Nanoseconds(TimeProvider.System.GetUtcNow().AddHours(1));
    private readonly Caller _caller = new(
        new Ss58Address(new PublicKey(new byte[PublicKey.Length])),
        default,
        WireFormat.V10,
        "bd7922ec-e68a-11f1-b9c0-02fc00000001",
        1_795_361_898_390_353_544,
        default,
        default
    );
    private string[] _hashes = [];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _hashes = [.. Enumerable.Range(0, 50_000).Select(i => i.ToString("x32", CultureInfo.InvariantCulture))];
        foreach (var hash in _hashes)
        {
            _recent.Claim(hash, _until);
        }
    }

    [Benchmark]
    public ReplayKey Key() => ReplayKey.Of(_caller);

    [Benchmark]
    public bool Seen() => _recent.Claim(_hashes[_next = (_next + 1) % _hashes.Length], _until) == NonceClaim.Seen;

    /// <summary>Each can be dropped a millisecond later, so that the memory does not grow.</summary>
    [Benchmark]
    public bool New() =>
        _recent.Claim(Guid.NewGuid().ToString("N"), Nanoseconds(TimeProvider.System.GetUtcNow() - NonceCache.Grace) + 1_000_000)
        == NonceClaim.Claimed;

    private static long Nanoseconds(DateTimeOffset time) => UnixNanoseconds.Of(time);
}
