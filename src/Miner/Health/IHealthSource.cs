namespace Bittbridge.Miner;

/// <summary>A part of the miner that can tell how it fares, from memory: it asks nobody.</summary>
public interface IHealthSource
{
    /// <summary>The part's name in the health answer.</summary>
    string Name { get; }

    HealthPart Check();
}
