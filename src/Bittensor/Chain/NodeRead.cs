namespace Bittbridge.Bittensor.Chain;

/// <summary>What a read gave at one node.</summary>
/// <typeparam name="T">What was read.</typeparam>
/// <param name="Node">Scheme, host and port; nothing secret.</param>
/// <param name="Read">The value, or why the read failed.</param>
public sealed record NodeRead<T>(string Node, ChainRead<T> Read);
