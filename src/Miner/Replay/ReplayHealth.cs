using System.Globalization;

namespace Bittbridge.Miner;

/// <summary>Tells how requests are held to be taken once, and since when that is less than it should be.</summary>
internal sealed class ReplayHealth(StorageReach reach, MinerSettings settings) : IHealthSource
{
    public string Name => "replay";

    public HealthPart Check()
    {
        var count = reach.WithoutTable;
        return (settings.Replay, reach.Outage) switch
        {
            (ReplayMode.Memory, _) => new("well", "memory: this process alone remembers what it has taken, which is for a single instance"),
            (ReplayMode.Strict, { } outage) => new("unwell", Words($"strict: nobody is answered since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were refused for it")),
            (_, { } outage) => new("unwell", Words($"durable: in memory only since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were taken without storage, which another instance may take again")),
            (ReplayMode.Strict, null) => new("well", Words($"strict: shared by all instances; {count} requests could not be decided since the start")),
            _ => new("well", Words($"durable: shared by all instances; {count} requests were taken without storage since the start")),
        };
    }

    private static string Words(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
