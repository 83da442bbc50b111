using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Authenticates, authorizes and rate-limits a request of the protocol, then reserves its nonce. The signature comes first, so that nobody
/// can probe who is allowed, and every limit is keyed on a hotkey that is proven.
/// </summary>
public sealed class Admission(MinerSettings settings, IAccessPolicy access, CallerLimits limits, IReplayGuard replay)
{
    /// <summary>Null in open mode, which asks nobody for a signature.</summary>
    private readonly RequestAuthentication? _authentication =
        settings.Access == AccessMode.Open ? null : new(Ss58Address.Parse(settings.Hotkey), settings.Ed25519Callers);

    /// <summary>Everything that is known before the nonce is reserved.</summary>
    /// <param name="request">The request with its body.</param>
    /// <param name="timeLeft">What is left of the budget.</param>
    /// <param name="ct">The caller went away.</param>
    public async ValueTask<Entry> EnterAsync(IncomingRequest request, TimeSpan timeLeft, CancellationToken ct)
    {
        if (_authentication is null)
        {
            return new(null, null);
        }

        var result = _authentication.Authenticate(
            new(request.Method, request.RawTarget, name => request.Headers[name], request.Body),
            UnixNanoseconds.Of(request.ReceivedAt)
        );
        if (result.Caller is not { } caller)
        {
            return new(null, result.Refusal);
        }

        var (hasPermit, denial) = await access.JudgeAsync(caller, ct);
        if (denial is not null)
        {
            return new(null, denial);
        }

        if (limits.Peek(caller) is { } tooOften)
        {
            return new(caller, tooOften);
        }

        var (place, busy) = await limits.EnterAsync(hasPermit, timeLeft, ct);
        return new(caller, busy, place) { HasPermit = hasPermit };
    }

    /// <summary>Reserves the nonce, and counts the request against its caller's limit.</summary>
    /// <returns>
    /// No refusal when it was taken. A refusal with a caller is the caller's own doing; one without may be a stranger's, who sent again
    /// what the caller had signed.
    /// </returns>
    public async Task<(Refusal? Refusal, Caller? Caller)> TakeAsync(Caller? caller, CancellationToken ct) =>
        caller is null ? (null, null)
        : await replay.TakeAsync(caller, ct) is { } refusal ? (refusal, null)
        : (limits.Count(caller), caller);
}
