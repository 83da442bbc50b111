namespace Bittbridge.Bittensor.Wire;

/// <summary>How a request ended, as the protocol says it in headers and body.</summary>
/// <param name="Code">An HTTP status.</param>
/// <param name="Message">In words; <c>Success</c> for 200.</param>
/// <param name="ProcessTime">How long it took the miner.</param>
/// <param name="Nonce">Nanoseconds since the Unix epoch when it ended.</param>
public sealed record AxonStatus(int Code, string Message, TimeSpan ProcessTime, long Nonce);
