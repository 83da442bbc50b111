using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Tools.Starting;

/// <summary>Signs challenges as a validator does, in the v10 format, with the development key <c>//Alice</c>.</summary>
/// <param name="miner">The miner's address: a signature holds for one miner only.</param>
public sealed class DevelopmentValidator(Ss58Address miner) : IDisposable
{
    public const string Name = "//Alice";

    private readonly HotkeyPair _pair = DevelopmentKey.Derive(Name);
    private readonly string _session = Guid.NewGuid().ToString();

    /// <summary>Adds the headers of one request that is sent now.</summary>
    public void Sign(HttpRequestMessage request, Uri address, TimeSpan timeout)
    {
        var nonce = UnixNanoseconds.Of(TimeProvider.System.GetUtcNow());
        foreach (
            var (name, value) in new V10Signer(_pair, _session).Sign(
                SynapseNames.Challenge,
                miner,
                address.Host,
                address.Port,
                nonce,
                timeout
            )
        )
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    public void Dispose() => _pair.Dispose();
}
