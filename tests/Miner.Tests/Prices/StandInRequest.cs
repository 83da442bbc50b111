namespace Bittbridge.Miner.Tests.Prices;

/// <summary>A call as it came in; the query as it was written, with its question mark.</summary>
internal sealed record StandInRequest(string Path, string Query, IReadOnlyDictionary<string, string> Headers);
