using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>
/// The last price plus a linear function of the prices 5, 10, … minutes before, relative to the last price: the reference guide's trained
/// linear model with its scaler, fitted by <see cref="LinearModelFitter"/>.
/// </summary>
public sealed class LinearModel : IPredictionModel, IReplayedForecast
{
    public const string Name = "linear";

    private readonly Regression _rule;

    /// <param name="parameters">The coefficients, the scaler and the version.</param>
    /// <param name="name">The name; several linear models need different ones.</param>
    /// <exception cref="ArgumentException">The parameters can't be used.</exception>
    public LinearModel(LinearModelParameters parameters, string name = Name)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Problem() is { } problem)
        {
            throw new ArgumentException($"The linear model can't be used: {problem}.", nameof(parameters));
        }

        Id = new(name, parameters.Version);
        _rule = new([.. parameters.Means], [.. parameters.Deviations], [.. parameters.Coefficients], parameters.Intercept);
    }

    public ModelId Id { get; }

    public bool IsDeterministic => true;

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new(history.IsEmpty ? null : new Forecast(PriceAfter(history, history.Count - 1, new double[_rule.Means.Length])));
    }

    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNotEqual(forecasts.Length, history.Count, nameof(forecasts));
        var inputs = new double[_rule.Means.Length];
        for (var i = 0; i < history.Count; i++)
        {
            forecasts[i] = PriceAfter(history, i, inputs);
        }
    }

    private double PriceAfter(PriceHistory history, int i, double[] inputs)
    {
        LinearInputs.Fill(history, i, inputs);
        var price = history.Prices[i] + _rule.Of(inputs);
        return PricePoint.IsPrice(price) ? price : history.Prices[i];
    }
}
