using Bittbridge.Models;

namespace Bittbridge.Onnx;

/// <summary>
/// The closes at consecutive 5-minute slots, as a model was trained on them. The prices at hand are no such row: slots are missing, and
/// observations are off the slot. So the window is filled by time: a slot's close is its own observation or, where it has none, the one
/// before it, if that is no older than <see cref="MaxGap"/>.
/// </summary>
public static class PriceWindow
{
    /// <summary>A price stands in for missing ones no longer than this; after that there is no window and no forecast.</summary>
    public static readonly TimeSpan MaxGap = TimeSpan.FromMinutes(30);

    private static readonly long MaxGapSteps = (long)(MaxGap / PriceSlot.Step);

    /// <summary>Fills <paramref name="closes"/>, CNY per USDT, oldest first.</summary>
    /// <param name="history">What is known.</param>
    /// <param name="timestamp">The last close is of the last slot at or before it; of the next one where that was observed already, as a
    /// poll shortly before a slot does.</param>
    /// <param name="closes">One close a slot.</param>
    /// <returns>False when a slot has no close: too few prices, or a gap that is too long.</returns>
    public static bool TryFill(PriceHistory history, DateTimeOffset timestamp, Span<double> closes)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = history.Until(timestamp);
        if (known.Newest is not { } newest)
        {
            return false;
        }

        var last = Math.Max(timestamp.ToUnixTimeMilliseconds() / (long)PriceSlot.Step.TotalMilliseconds, newest.Slot.Number);
        var point = known.Count - 1;
        for (var i = closes.Length - 1; i >= 0; i--)
        {
            var slot = last - (closes.Length - 1 - i);
            while (point >= 0 && SlotOf(known, point) > slot)
            {
                point--;
            }

            if (point < 0 || slot - SlotOf(known, point) > MaxGapSteps)
            {
                return false;
            }

            closes[i] = known.Prices[point];
        }

        return true;
    }

    private static long SlotOf(PriceHistory history, int point) =>
        PriceSlot.NearestTo(DateTimeOffset.FromUnixTimeMilliseconds(history.TimesUnixMs[point])).Number;
}
