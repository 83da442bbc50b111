using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Challenges;

/// <summary>The way of a plain <c>Synapse</c>, with which validators' tools ping a miner: who may ask a challenge is echoed.</summary>
public sealed class PingService(Gate gate, Taking taking, MinerSettings settings, TimeProvider clock)
{
    /// <summary>Why the ping is refused, and whose doing that is; no refusal: it is to be echoed.</summary>
    /// <param name="request">The request with its body.</param>
    /// <param name="complete">A timestamp of the clock, taken when the whole body was there.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<(Refusal? Refusal, Caller? Caller)> AnswerAsync(IncomingRequest request, long complete, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var admission = await gate.AdmitAsync(request, settings.Budget - clock.GetElapsedTime(complete), ct);
        return admission.Refusal is { } refusal ? (refusal, admission.Caller) : await taking.TakeAsync(admission.Caller, ct);
    }
}
