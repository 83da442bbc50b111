using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>A row of the table <c>forecasts</c> whose hour is over, with its outcome if it was scored before.</summary>
internal sealed class MaturedForecast
{
    private static readonly string[] Prefixes = [ForecastKeys.CallerPrefix, ForecastKeys.OtherPrefix];

    private readonly TableEntity _row;
    private readonly double? _lastPrice;
    private readonly float _latencyMs;
    private readonly Forecast _forecast;

    private MaturedForecast(TableEntity row, ModelId model, DateTimeOffset madeAt, Forecast forecast)
    {
        (_row, Model, MadeAt, _forecast) = (row, model, madeAt, forecast);
        Role = Enum.TryParse<ForecastRole>(row.Text("Role"), out var role) && Enum.IsDefined(role) ? role : default;
        _lastPrice = Price(row, "LastPrice");
        _latencyMs = (float)(Number(row, "LatencyMs") ?? 0);
    }

    public ModelId Model { get; }

    /// <summary>Whether the row had an outcome when it was read.</summary>
    public bool HasOutcome => _row.ContainsKey("TruthAt");

    public ForecastRole Role { get; }

    /// <summary>In whole milliseconds.</summary>
    public DateTimeOffset MadeAt { get; }

    /// <summary>The instant that the forecast is for.</summary>
    public DateTimeOffset Target => MadeAt + Forecast.Horizon;

    public PriceSlot Slot => PriceSlot.NearestTo(Target);

    /// <summary>The callers, those with a permit first; empty for a shadow.</summary>
    public IEnumerable<string> Callers =>
        Role == ForecastRole.Shadow
            ? []
            : Prefixes.SelectMany(prefix =>
                _row.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
                    .Select(name => name[prefix.Length..])
            );

    /// <summary>The number of answers without a property of their own.</summary>
    public long MoreAnswers => _row.Value<long>(ForecastKeys.MoreAnswers) is > 0 and var count ? count : 0;

    /// <summary>Null for a row without a usable forecast.</summary>
    public static MaturedForecast? From(TableEntity row)
    {
        if (
            row.Value<DateTimeOffset>("MadeAt") is not { } madeAt
            || !PriceBounds.IsPossible(madeAt)
            || Price(row, "Price") is not { } price
            || !ModelId.TryParse($"{row.Text("Model")}@{row.Text("Version")}", out var model)
        )
        {
            return null;
        }

        PredictionInterval? interval =
            Number(row, "Lower") is { } lower && Number(row, "Upper") is { } upper && lower <= upper
                ? new PredictionInterval(lower, upper)
                : null;
        madeAt = DateTimeOffset.FromUnixTimeMilliseconds(madeAt.ToUnixTimeMilliseconds());
        var matured = new MaturedForecast(row, model, madeAt, new(price, interval));
        return ForecastKeys.Row(matured.Slot, model) == row.RowKey ? matured : null;
    }

    /// <summary>The outcome with the price nearest to the target, from these prices or from the row.</summary>
    /// <returns>Null if no price is near enough.</returns>
    public ScoredSlot? Outcome(PriceHistory prices)
    {
        if (_lastPrice is not { } last)
        {
            return null;
        }

        ScoredSlot? known =
            Number(_row, "Truth") is { } truth && PriceBounds.IsCny(truth) && _row.Value<DateTimeOffset>("TruthAt") is { } truthAt
                ? Scored(last, truth, truthAt)
                : null;
        ScoredSlot? found = prices.IndexNear(Target) is >= 0 and var i ? Scored(last, prices[i].Cny, prices[i].Time) : null;
        return known is { } old && found is { } young ? ScoredSlot.Prefer(old, young) : found ?? known;
    }

    /// <summary>The properties to merge into the row; null if the row already has them.</summary>
    public TableEntity? Change(ScoredSlot outcome)
    {
        var forecast = outcome.Forecast;
        if (_row.Value<DateTimeOffset>("TruthAt") == outcome.TruthAt && Number(_row, "Truth") is { } truth && truth.Equals(forecast.Truth))
        {
            return null;
        }

        var change = new TableEntity(_row.PartitionKey, _row.RowKey)
        {
            ETag = _row.ETag,
            ["Truth"] = forecast.Truth,
            ["TruthAt"] = outcome.TruthAt,
            ["AbsoluteError"] = forecast.Error,
            ["RelativeError"] = forecast.Error / forecast.Truth,
            ["LastPriceError"] = forecast.ErrorOfLast,
            ["PointScore"] = outcome.PointScore,
        };
        if (forecast.Interval is { } interval)
        {
            change["IsCovered"] = forecast.IsCovered;
            change["Width"] = interval.Width;
            change["IntervalScore"] = outcome.IntervalScore;
            change["Winkler"] = outcome.Winkler;
        }

        return change;
    }

    private ScoredSlot Scored(double last, double truth, DateTimeOffset truthAt) =>
        new(new ScoredForecast(MadeAt, _forecast.Price, _forecast.Interval, last, truth), truthAt, _latencyMs);

    private static double? Number(TableEntity row, string name) =>
        row.Value<double>(name) is { } value && Math.Abs(value) <= ScoredSlot.MaxNumber ? value : null;

    private static double? Price(TableEntity row, string name) => Number(row, name) is > 0 and var price ? price : null;
}
