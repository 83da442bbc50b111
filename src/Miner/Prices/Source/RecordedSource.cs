using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Replays a recording of prices as if it ended when the process started: its last point falls on the newest 5-minute slot of that time.
/// Then it repeats from the beginning, so that every slot has a price. A process that starts later replays it at other times, so the
/// stored prices are not its past.
/// </summary>
internal sealed class RecordedSource : IPriceSource
{
    private readonly PriceHistory _recording;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _shift;
    private readonly TimeSpan _length;

    public RecordedSource(PriceHistory recording, TimeProvider clock)
    {
        var (first, last) = (recording[0], recording.Newest!.Value);
        (_recording, _clock) = (recording, clock);
        // Rounded down, also when the recording ends after now.
        _shift = PriceSlot.Step * Math.Floor((clock.GetUtcNow() - last.Time) / PriceSlot.Step);
        _length = last.Slot.Time - first.Slot.Time + PriceSlot.Step;
    }

    public string Name => "recording";

    public PriceSeries Series => PriceSeries.Recording;

    public bool StartsAfresh => true;

    public Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct) =>
        Task.FromResult(new PriceFetch([.. Played().TakeLast(1)], 0));

    public Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct) =>
        Task.FromResult(new PriceFetch([.. Played().TakeLast(PriceSnapshot.Capacity)], 0));

    private IEnumerable<QuotedPrice> Played()
    {
        var now = _clock.GetUtcNow();
        for (var round = _shift; _recording[0].Time + round <= now; round += _length)
        {
            foreach (var point in _recording.Points())
            {
                if (point.Time + round <= now)
                {
                    yield return new(point.Time + round, point.Cny);
                }
            }
        }
    }
}
