using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>Either a verified caller or a refusal.</summary>
public sealed record AuthenticationResult
{
    private AuthenticationResult(Caller? caller, Refusal? refusal)
    {
        Caller = caller;
        Refusal = refusal;
    }

    /// <summary>The caller that signed the request; null when refused.</summary>
    public Caller? Caller { get; }

    /// <summary>Why the request is refused; null when verified.</summary>
    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Caller))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Caller is not null;

    public static implicit operator AuthenticationResult(Caller caller) => new(caller, null);

    public static implicit operator AuthenticationResult(Refusal refusal) => new(null, refusal);
}
