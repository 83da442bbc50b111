using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Forecasting;

/// <summary>
/// The fallback when a model returns nothing usable, live and in a backtest: the last price with an interval. There is no further fallback,
/// so it must survive a fault of the estimator.
/// </summary>
/// <param name="intervals">Estimates the interval.</param>
public sealed class LastPriceFallback(IIntervalEstimator intervals)
{
    /// <summary>
    /// The half width of the interval as a share of the price, when the estimator fails: larger than 19 in 20 one-hour changes of three
    /// recorded weeks.
    /// </summary>
    private const double FixedHalfWidth = 5e-4;

    private readonly Forecaster _forecaster = new(new LastPriceModel(), intervals);

    public ModelId ModelId => _forecaster.ModelId;

    /// <param name="madeAt">The current time.</param>
    /// <param name="history">The prices, at least one of them not after <paramref name="madeAt"/>.</param>
    /// <param name="onIntervalFailed">Called when the estimator threw and the interval has the fixed width.</param>
    public async ValueTask<Forecast> ForecastAsync(DateTimeOffset madeAt, PriceHistory history, Action<Exception>? onIntervalFailed = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        var last = history.Until(madeAt).Newest?.Cny ?? throw new ArgumentException("No price is known.", nameof(history));
        try
        {
            return await _forecaster.ForecastAsync(madeAt, history, CancellationToken.None).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The last-price model gave no forecast.");
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            onIntervalFailed?.Invoke(exception);
            return new(last, PredictionInterval.Around(last, FixedHalfWidth * last));
        }
    }
}
