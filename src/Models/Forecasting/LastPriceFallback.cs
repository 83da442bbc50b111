using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Forecasting;

/// <summary>
/// The answer where a model gives none that can be used, live and in a backtest: the last price with an interval. Nothing backs this answer
/// up, so a fault of the estimator must not cost it.
/// </summary>
/// <param name="intervals">Makes the interval.</param>
public sealed class LastPriceFallback(IIntervalEstimator intervals)
{
    /// <summary>
    /// As a share of the price, where the estimator itself failed: 19 in 20 one-hour changes of three recorded weeks were smaller.
    /// </summary>
    private const double FixedHalfWidth = 5e-4;

    private readonly Forecaster _forecaster = new(new LastPriceModel(), intervals);

    public ModelId ModelId => _forecaster.ModelId;

    /// <param name="madeAt">The clock's time.</param>
    /// <param name="history">The prices at hand, at least one of them not after <paramref name="madeAt"/>.</param>
    /// <param name="onIntervalFailed">Told when the estimator threw and the interval has a fixed width.</param>
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
