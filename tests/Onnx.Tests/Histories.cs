using Bittbridge.Models;

namespace Bittbridge.Onnx.Tests;

/// <summary>Histories to test with.</summary>
internal static class Histories
{
    /// <summary>One point a slot, the last at <paramref name="end"/>.</summary>
    public static PriceHistory EndingAt(DateTimeOffset end, IReadOnlyList<double> closes) =>
        PriceHistory.FromPoints(closes.Select((close, i) => new PricePoint(end - (closes.Count - 1 - i) * PriceSlot.Step, close)));
}
