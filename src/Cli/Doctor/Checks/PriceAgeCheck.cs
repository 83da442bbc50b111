using System.Globalization;
using Bittbridge.Miner;
using Bittbridge.Models;

namespace Bittbridge.Cli.Doctor;

/// <summary>How old the newest stored price is, and how the poll fares.</summary>
internal sealed class PriceAgeCheck(IPriceStore store, TimeProvider clock) : ICheck
{
    private const string Poll = "Start the miner, and see that its timer runs (BITTBRIDGE_PRICES_SCHEDULE) and that it writes to this storage and TablePrefix.";

    private static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    public string Name => "price age";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        PriceSnapshot? snapshot;
        try
        {
            snapshot = await store.ReadAsync(ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && (StorageFailures.IsOutOfReach(exception) || exception is FormatException or ArgumentException or InvalidOperationException))
        {
            return Finding.Skipped("not known: storage comes first");
        }

        if (snapshot?.History.Newest is not PricePoint newest)
        {
            return Finding.Warning("no price is stored yet", Poll);
        }

        var age = clock.GetUtcNow() - newest.Time;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{snapshot.History.Count} prices of {snapshot.Series} from {snapshot.Source}, the newest {newest.Cny:0.0000} CNY, {InWords(age)} old");
        var failure = snapshot.Poll.LastFailure is { } last ? string.Create(CultureInfo.InvariantCulture, $"; the last poll failed: {last} ({snapshot.Poll.FailuresInARow} in a row)") : "";
        return age > ForecastDesk.OldestPrice ? Finding.Failed($"{detail}: too old to answer with{failure}", Poll)
            : age > OldPrice || failure.Length > 0 ? Finding.Warning(detail + failure, failure.Length > 0 ? "See the line on CoinGecko; the miner goes on with what it has." : Poll)
            : Finding.Well(detail);
    }

    private static string InWords(TimeSpan age) => age.TotalHours < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0.0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} hours");
}
