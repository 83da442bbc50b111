using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;

namespace Bittbridge.Models.BuiltIn.Offshore;

/// <summary>
/// Another model's forecast, moved for the jump that is due at the next onshore opening (see <see cref="OpeningRule"/>). Without usable
/// rates, and whenever no opening is within the hour, it is that model's forecast, bit for bit.
/// </summary>
public class OffshoreOpeningModel : IPredictionModel, IPendingJump
{
    /// <summary>The name of this model around the default, and the first part of its name around another model.</summary>
    public const string Name = "offshore-opening";

    /// <summary>An older rate, now or at the close, is not used: the newest bar may be half an hour old, and one may be missing.</summary>
    public static readonly TimeSpan MaxRateAge = TimeSpan.FromHours(1);

    private const int MaxNameLength = 63;

    private readonly Func<RateHistory> _rates;
    private volatile ForecastRates? _last;

    private protected OffshoreOpeningModel(IPredictionModel inner, Func<RateHistory> rates)
    {
        (Inner, _rates) = (inner, rates);
        Id =
            inner.Id.Name == BuiltInModels.Default
                ? new(Name, "1")
                : new($"{Name}.{inner.Id.Name}"[..Math.Min(MaxNameLength, Name.Length + 1 + inner.Id.Name.Length)], inner.Id.Version);
    }

    public ModelId Id { get; }

    /// <summary>The model whose forecast is moved.</summary>
    public IPredictionModel Inner { get; }

    public bool IsDeterministic => Inner.IsDeterministic;

    ModelId IPendingJump.CalibratedAs => Inner.Id;

    private protected RateHistory CurrentRates => _rates();

    /// <param name="inner">The model whose forecast is moved.</param>
    /// <param name="rates">The rates that are known now; asked for each forecast, so it must answer from memory.</param>
    public static OffshoreOpeningModel Of(IPredictionModel inner, Func<RateHistory> rates)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(rates);
        return inner switch
        {
            IReplayedForecast => new ReplayedOffshoreOpeningModel(inner, rates),
            IPastForecasts => new ReplayableOffshoreOpeningModel(inner, rates),
            _ => new OffshoreOpeningModel(inner, rates),
        };
    }

    public ValueTask<bool> InitializeAsync(CancellationToken ct) => Inner.InitializeAsync(ct);

    public ValueTask CleanupAsync() => Inner.CleanupAsync();

    public async ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        var rates = RatesFor(timestamp, history);
        return await Inner.PredictAsync(timestamp, history, ct).ConfigureAwait(false) is not { } forecast ? null
            : history.IsEmpty ? forecast
            : Moved(forecast, timestamp, history, rates);
    }

    double IPendingJump.JumpAt(DateTimeOffset madeAt, PriceHistory history) =>
        new OpeningRule(RatesFor(madeAt, history), history).Jump(madeAt.ToUnixTimeMilliseconds(), history.Count - 1);

    /// <summary>The same model whose wrapped model shares its replays.</summary>
    internal OffshoreOpeningModel Sharing() => Of(SharedReplay.Of(Inner), _rates);

    /// <summary>
    /// The rates for one forecast: its price and its interval are made one after the other, and both need the same ones.
    /// </summary>
    private protected RateHistory RatesFor(DateTimeOffset madeAt, PriceHistory history)
    {
        var last = _last;
        if (last is null || last.MadeAt != madeAt || !ReferenceEquals(last.History, history))
        {
            _last = last = new(madeAt, history, CurrentRates);
        }

        return last.Rates;
    }

    private static Forecast Moved(Forecast forecast, DateTimeOffset madeAt, PriceHistory history, RateHistory rates)
    {
        var (rule, ms) = (new OpeningRule(rates, history), madeAt.ToUnixTimeMilliseconds());
        var price = rule.Apply(forecast.Price, ms, history.Count - 1);
        if (price == forecast.Price || forecast.Interval is not { } own)
        {
            return price == forecast.Price ? forecast : new(price);
        }

        // The interval keeps its shape around the price, and each side widens.
        var jump = rule.Jump(ms, history.Count - 1);
        return new(price, new(price - Side(forecast.Price - own.Lower, jump), price + Side(own.Upper - forecast.Price, jump)));
    }

    /// <summary>An error of the model and an error of the jump, which are independent; a price may be outside its own interval.</summary>
    private static double Side(double own, double jump) => own < 0 ? own : Math.Sqrt(own * own + jump * jump);

    private sealed record ForecastRates(DateTimeOffset MadeAt, PriceHistory History, RateHistory Rates);
}
