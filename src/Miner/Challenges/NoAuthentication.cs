namespace Bittbridge.Miner;

/// <summary>Lets every caller in, unverified: signatures are not checked by this version, and the miner says so when it starts.</summary>
public sealed class NoAuthentication : ICallerAuthentication
{
    public (Caller? Caller, Refusal? Refusal) Authenticate(IncomingRequest request) => (Caller.Unverified, null);
}
