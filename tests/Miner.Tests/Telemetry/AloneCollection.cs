namespace Bittbridge.Miner.Tests.Telemetry;

/// <summary>
/// Tests of an exporter run alone: it collects every meter with the miner's name, also those of other tests. So do tests that set
/// variables of the environment, which all tests share.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
