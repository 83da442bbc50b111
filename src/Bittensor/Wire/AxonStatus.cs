namespace Bittbridge.Bittensor.Wire;

/// <summary>The outcome of a request, for the protocol's headers and body.</summary>
/// <param name="Code">An HTTP status.</param>
/// <param name="Message">The message; <c>Success</c> for 200.</param>
/// <param name="ProcessTime">How long the miner took.</param>
/// <param name="Nonce">When it ended, in nanoseconds since the Unix epoch.</param>
public sealed record AxonStatus(int Code, string Message, TimeSpan ProcessTime, long Nonce);
