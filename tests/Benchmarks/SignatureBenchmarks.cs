using BenchmarkDotNet.Attributes;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Benchmarks;

/// <summary>Verifying one signature over a message of a v10 challenge's size.</summary>
[MemoryDiagnoser]
public class SignatureBenchmarks
{
    private readonly byte[] _message = new byte[220];
    private byte[] _signature = [];
    private PublicKey _key;

    [GlobalSetup]
    public void Setup()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        (_key, _signature) = (alice.PublicKey, alice.Sign(_message));
    }

    [Benchmark]
    public bool Sr25519Verify() => Sr25519.Verify(_key, _message, _signature);
}
