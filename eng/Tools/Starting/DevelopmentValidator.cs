using Bittbridge.Bittensor;

namespace Bittbridge.Tools.Starting;

/// <summary>Signs challenges as a validator does, in the v10 format, with the development key <c>//Alice</c>.</summary>
public sealed class DevelopmentValidator : IDisposable
{
    private readonly HotkeyPair pair = DevelopmentKey.Derive(Name);
    private readonly V10Signer signer;
    private readonly Ss58Address miner;

    /// <param name="miner">The miner's address: a signature holds for one miner only.</param>
    public DevelopmentValidator(Ss58Address miner)
    {
        this.miner = miner;
        signer = new V10Signer(pair, Guid.NewGuid().ToString());
    }

    /// <summary>Whose key it is.</summary>
    public static string Name => "//Alice";

    /// <summary>Adds the headers of one request that is sent now.</summary>
    public void Sign(HttpRequestMessage request, Uri address, TimeSpan timeout)
    {
        var nonce = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        foreach (var (name, value) in signer.Sign(SynapseNames.Challenge, miner, address.Host, address.Port, nonce, timeout))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    public void Dispose() => pair.Dispose();
}
