namespace Bittbridge.Miner.Replay;

/// <summary>A time in which the shared table can't be asked.</summary>
/// <param name="Since">When that was found.</param>
/// <param name="Problem">What was found, in words.</param>
/// <param name="LastFailure">A timestamp of the clock: when it was found last.</param>
/// <param name="Requests">How many requests were decided without the table.</param>
internal sealed record StorageOutage(DateTimeOffset Since, string Problem, long LastFailure, int Requests);
