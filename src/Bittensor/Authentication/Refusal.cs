namespace Bittbridge.Bittensor.Authentication;

/// <summary>Why a request is not answered.</summary>
/// <param name="Status">The HTTP status: 400 for a request that cannot be understood, 401 for one that does not verify, 403 for a caller
/// that may not call.</param>
/// <param name="Message">What the protocol says in <c>message</c>: it helps an honest caller and tells nothing about who is
/// allowed.</param>
public sealed record Refusal(int Status, string Message)
{
    /// <summary>The verified caller whose own request is refused; null for a request that anybody could have sent.</summary>
    public Caller? Caller { get; init; }

    /// <summary>What is wrong with the request's shape.</summary>
    internal static Refusal Malformed(string what) => new(400, what);

    /// <summary>Why it does not verify, in the protocol's words.</summary>
    internal static Refusal NotVerified(string why) => new(401, $"Not Verified with error: {why}");
}
