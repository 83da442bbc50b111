using Bittbridge.Models;

namespace Bittbridge.Onnx;

/// <summary>
/// The closes at consecutive 5-minute slots, as in training data. Observed prices are not so regular: slots are missing, and observations
/// differ from the slot's time. So the window is filled by time: the close of a slot is its own observation or, without one, the previous
/// observation if that is at most <see cref="MaxGap"/> old.
/// </summary>
public static class PriceWindow
{
    /// <summary>The longest gap that is filled with the previous price. With a longer gap there is no window and no forecast.</summary>
    public static readonly TimeSpan MaxGap = TimeSpan.FromMinutes(30);

    private static readonly long MaxGapSteps = (long)(MaxGap / PriceSlot.Step);

    /// <summary>Fills <paramref name="closes"/>, CNY per USDT, oldest first.</summary>
    /// <param name="history">The known prices.</param>
    /// <param name="timestamp">The window ends with the last slot at or before this time, or with the next slot if a poll shortly before it
    /// has already observed it.</param>
    /// <param name="closes">One close per slot.</param>
    /// <returns>False if a slot has no close: there are too few prices, or a gap is too long.</returns>
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
