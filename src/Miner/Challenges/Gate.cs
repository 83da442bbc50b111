using Bittbridge.Miner.Access;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// The way of any request of the protocol up to the point where work is done for it: who asks, may it, and is there room.
/// </summary>
public sealed class Gate(ICallerAuthentication authentication, IAccessPolicy access, CallerLimits limits)
{
    /// <param name="request">The request with its body.</param>
    /// <param name="timeLeft">What is left of the budget.</param>
    /// <param name="ct">The caller went away.</param>
    public async ValueTask<Admission> AdmitAsync(IncomingRequest request, TimeSpan timeLeft, CancellationToken ct)
    {
        // The signature comes first, so that nobody can probe who is allowed, and every limit is keyed on a hotkey that is proven.
        var (caller, refusal) = authentication.Authenticate(request);
        if (refusal is not null || caller is null)
        {
            return new(null, refusal);
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
}
