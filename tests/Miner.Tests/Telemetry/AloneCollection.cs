namespace Bittbridge.Miner.Tests.Telemetry;

/// <summary>Tests of an exporter run alone: it collects every meter of the process with the miner's name, those of other tests too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
