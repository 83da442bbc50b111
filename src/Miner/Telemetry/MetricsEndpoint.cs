namespace Bittbridge.Miner.Telemetry;

/// <summary>What the route for metrics answers.</summary>
public enum MetricsEndpoint
{
    /// <summary>There is no such route.</summary>
    Off,

    /// <summary>Every metric in the format of Prometheus.</summary>
    Prometheus,
}
