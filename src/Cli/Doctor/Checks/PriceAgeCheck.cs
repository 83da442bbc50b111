using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Checks the age of the newest stored price, and the last poll.</summary>
internal sealed class PriceAgeCheck(IPriceStore store, TimeProvider clock) : ICheck
{
    private const string Poll =
        "Start the miner, and check that its timer runs (BITTBRIDGE_PRICES_SCHEDULE) and that it writes to this storage and TablePrefix.";

    public string Name => "price age";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        PriceSnapshot? snapshot;
        try
        {
            snapshot = await store.ReadAsync(ct);
        }
        catch (Exception exception)
            when (!ct.IsCancellationRequested
                && (
                    StorageFailures.IsUnavailable(exception)
                    || exception is FormatException or ArgumentException or InvalidOperationException
                )
            )
        {
            return Finding.Skipped("not checked, because storage can't be read");
        }

        var condition = PriceCondition.Of(snapshot, clock.GetUtcNow());
        if (snapshot?.History.Newest is not { } newest)
        {
            return Finding.Warning("no price is stored yet", Poll);
        }

        var failure = snapshot.Poll.LastFailure is { } last
            ? $"; the last poll failed: {last.Detail} ({snapshot.Poll.FailuresInARow} consecutive failures)"
            : "";
        var detail = $"{newest.Cny:0.0000} CNY; {condition.Detail}{failure}";
        return condition.Grade switch
        {
            PriceGrade.TooOld => Finding.Failed(detail, Poll),
            PriceGrade.Future => Finding.Failed(
                detail,
                "Set this machine's clock, or that of the machine that wrote the price; the next poll writes the prices again."
            ),
            PriceGrade.Old or PriceGrade.Fresh when failure.Length > 0 => Finding.Warning(
                detail,
                "See the line on CoinGecko; the miner keeps answering from the prices that it has."
            ),
            PriceGrade.Old => Finding.Warning(detail, Poll),
            PriceGrade.Stuck => Finding.Warning(
                detail,
                "Compare it with CoinGecko's page for Tether; the miner keeps the previous interval width."
            ),
            _ => Finding.Passed(detail),
        };
    }
}
