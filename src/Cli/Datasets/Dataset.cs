using Bittbridge.Backtesting;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Onnx;

namespace Bittbridge.Cli.Datasets;

/// <summary>
/// A table for training: in each row the closes that a miner would have known at one instant, in the window of an ONNX model, and the price
/// an hour later. The parts for training and for testing are separated by time.
/// </summary>
/// <param name="Train">The rows for training, in ascending time; every target was observed before the first test row.</param>
/// <param name="Test">The rows for testing, in ascending time.</param>
/// <param name="Omitted">How many instants have no row, because a slot of their window or their target has no price.</param>
/// <param name="Purged">How many rows are in neither part, because their target lies in the other one.</param>
internal sealed record Dataset(IReadOnlyList<DatasetRow> Train, IReadOnlyList<DatasetRow> Test, int Omitted, int Purged)
{
    /// <param name="recording">The prices.</param>
    /// <param name="range">The instants, in ascending order.</param>
    /// <param name="steps">The number of closes in a row.</param>
    /// <param name="testShare">The share of the instants that is for testing.</param>
    /// <param name="ct">Cancels the work.</param>
    public static Dataset Of(
        PriceRecording recording,
        IReadOnlyList<DateTimeOffset> range,
        int steps,
        double testShare,
        CancellationToken ct
    )
    {
        var testFrom = range[Math.Min(range.Count - 1, (int)(range.Count * (1 - testShare)))];
        var (train, test) = (new List<DatasetRow>(), new List<DatasetRow>());
        var (omitted, purged) = (0, 0);
        foreach (var madeAt in range)
        {
            ct.ThrowIfCancellationRequested();
            var closes = new double[steps];
            // A target may be observed some time after its hour.
            if (
                recording.TruthOf(madeAt) is not { } target
                || !PriceWindow.TryFill(recording.KnownAt(madeAt).TakeLast(Forecaster.MaxHistory), madeAt, closes)
            )
            {
                omitted++;
            }
            else if (madeAt >= testFrom)
            {
                test.Add(new(madeAt, closes, target));
            }
            else if (madeAt + Forecast.Horizon + PriceHistory.Tolerance < testFrom)
            {
                train.Add(new(madeAt, closes, target));
            }
            else
            {
                purged++;
            }
        }

        return new(train, test, omitted, purged);
    }
}

/// <summary>A row: what was known at an instant, and what came an hour later.</summary>
/// <param name="MadeAt">The instant.</param>
/// <param name="Closes">CNY per USDT, one for each 5-minute slot, oldest first.</param>
/// <param name="Target">CNY per USDT an hour later.</param>
internal sealed record DatasetRow(DateTimeOffset MadeAt, double[] Closes, double Target);
