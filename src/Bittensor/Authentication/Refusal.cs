namespace Bittbridge.Bittensor.Authentication;

/// <summary>Why a request is refused.</summary>
/// <param name="Status">The HTTP status: 400 for a malformed request, 401 for one that can't be verified, 403 for a caller without
/// access.</param>
/// <param name="Reason">The same as a value.</param>
/// <param name="Message">The protocol's <c>message</c>: it helps an honest caller and reveals nothing about who is allowed.</param>
public sealed record Refusal(int Status, RefusalReason Reason, string Message)
{
    /// <summary>The verified caller of the request; null when anyone could have sent it.</summary>
    public Caller? Caller { get; init; }

    /// <summary>A refusal of a malformed request.</summary>
    internal static Refusal Malformed(string what) => new(400, RefusalReason.Malformed, what);

    /// <summary>A refusal of an unverified request, with the protocol's prefix.</summary>
    internal static Refusal NotVerified(RefusalReason reason, string why) => new(401, reason, $"Not Verified with error: {why}");
}
