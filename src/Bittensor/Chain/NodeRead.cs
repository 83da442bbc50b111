namespace Bittbridge.Bittensor.Chain;

/// <summary>The result of a read from one node.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Node">Scheme, host and port, without secrets.</param>
/// <param name="Read">The value, or why the read failed.</param>
public sealed record NodeRead<T>(string Node, ChainRead<T> Read);
