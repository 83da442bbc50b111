namespace Bittbridge.Miner;

/// <summary>The step of the way of a challenge that turns a request into a <see cref="Caller"/> or a reason to refuse it.</summary>
public interface ICallerAuthentication
{
    /// <summary>Exactly one of the two is null.</summary>
    (Caller? Caller, Refusal? Refusal) Authenticate(IncomingRequest request);
}
