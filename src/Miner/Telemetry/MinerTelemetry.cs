namespace Bittbridge.Miner.Telemetry;

/// <summary>The name under which the miner records: of its one meter and of its one activity source.</summary>
public static class MinerTelemetry
{
    public const string Name = "Bittbridge.Miner";
}
