namespace Bittbridge.Miner;

/// <summary>Why a request gets no answer.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="Message">One sentence for the caller.</param>
public sealed record Refusal(int Status, string Message);
