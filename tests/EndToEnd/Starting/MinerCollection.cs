namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Tests that run the built miner one at a time, beside those that build and start it.</summary>
[CollectionDefinition(Name)]
public sealed class MinerCollection
{
    public const string Name = "Runs the built miner";
}
