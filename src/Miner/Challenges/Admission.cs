using System.Threading.RateLimiting;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Authenticates, authorizes and rate-limits a request of the protocol, then reserves its nonce. The signature comes first, so that callers
/// can't probe who is allowed, and so that every limit applies to a proven hotkey.
/// </summary>
internal sealed class Admission(MinerSettings settings, IAccessPolicy access, CallerLimits limits, ReplayGuard replay, MinerMetrics metrics)
{
    /// <summary>Null in open mode, which requires no signature.</summary>
    private readonly RequestAuthentication? _authentication =
        settings.Access == AccessMode.Open ? null : new(Ss58Address.Parse(settings.Hotkey), settings.Ed25519Callers);

    /// <summary>Runs every check that precedes the replay check.</summary>
    /// <param name="request">The request with its body.</param>
    /// <param name="ct">Canceled when the caller disconnects.</param>
    public async ValueTask<Result<AdmittedCaller>> AdmitAsync(IncomingRequest request, CancellationToken ct)
    {
        using var stage = metrics.Begin("admit");
        if (_authentication is null)
        {
            return new AdmittedCaller(null, false, null);
        }

        var result = _authentication.Authenticate(
            new(request.Method, request.RawTarget, request.Headers, request.Body),
            UnixNanoseconds.Of(request.ReceivedAt)
        );
        if (result.Caller is not { } caller)
        {
            return result.Refusal!;
        }

        var granted = await access.AuthorizeAsync(caller, ct);
        if ((granted.Refusal ?? limits.Peek(caller)) is { } refusal)
        {
            return refusal;
        }

        var hasPermit = granted.Value.HasPermit;
        var place = await limits.EnterAsync(hasPermit, request.Deadline.Remaining, ct);
        return place.Refusal is { } busy ? busy : new AdmittedCaller(caller, hasPermit, place.Value);
    }

    /// <summary>Reserves the nonce, and counts the request against its caller's limit.</summary>
    /// <param name="admitted">From <see cref="AdmitAsync"/>.</param>
    /// <param name="ct">Canceled when the caller disconnects. That does not end the reservation: a caller that hangs up each time would
    /// otherwise have no limit, although storage did the work.</param>
    /// <returns>
    /// Null when the nonce was reserved. Only the rate limit's refusal names the caller: a repeated request may come from a stranger who
    /// resends what the caller signed.
    /// </returns>
    public async Task<Refusal?> ReserveAsync(AdmittedCaller admitted, CancellationToken ct)
    {
        if (admitted.Caller is not { } caller)
        {
            return null;
        }

        using var stage = metrics.Begin("reserve");
        var begun = limits.Begin(caller);
        if (begun.Refusal is { } tooMany)
        {
            return tooMany;
        }

        using var running = begun.Value;
        var refusal = await replay.ReserveAsync(caller) ?? limits.Count(caller);
        ct.ThrowIfCancellationRequested();
        return refusal;
    }
}

/// <summary>An admitted caller.</summary>
/// <param name="Caller">Who signed the request; null in open mode.</param>
/// <param name="HasPermit">Whether it is known to have a validator permit.</param>
/// <param name="Place">Its place among the requests that are being processed.</param>
internal sealed record AdmittedCaller(Caller? Caller, bool HasPermit, RateLimitLease? Place) : IDisposable
{
    public void Dispose() => Place?.Dispose();
}
