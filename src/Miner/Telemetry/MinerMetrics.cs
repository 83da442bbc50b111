using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

namespace Bittbridge.Miner.Telemetry;

/// <summary>
/// The miner's instruments, named by the OpenTelemetry conventions; docs/metrics.md lists them. An attribute has a bounded set of values,
/// and no caller can add one: a value is an enum's member, or a model that the operator chose.
/// </summary>
public sealed class MinerMetrics
{
    /// <summary>The histogram of challenges and pings.</summary>
    internal const string RequestDuration = "bittbridge.request.duration";

    /// <summary>The attribute that says how something ended.</summary>
    internal const string Outcome = "bittbridge.outcome";

    /// <summary>The attribute that says why a request was refused or failed.</summary>
    internal const string ErrorType = "error.type";
    private const string Model = "bittbridge.model";

    private static readonly ActivitySource Activities = new(MinerTelemetry.Name, ProductVersion.Value);

    private static readonly InstrumentAdvice<double> Seconds = Bounds([
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
    ]);

    private static readonly InstrumentAdvice<double> RelativeErrors = Bounds([
        0.00001,
        0.000025,
        0.00005,
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
    ]);

    private static readonly InstrumentAdvice<double> Scores = Bounds([0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1]);

    private readonly TimeProvider _clock;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _stages;
    private readonly Counter<long> _forecasts;
    private readonly Histogram<double> _errors;
    private readonly Histogram<double> _lastPriceErrors;
    private readonly Counter<long> _intervals;
    private readonly Histogram<double> _scores;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _reservations;
    private readonly Counter<long> _outages;
    private readonly Counter<long> _polls;
    private readonly Counter<long> _calls;

    internal MinerMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create(MinerTelemetry.Name, ProductVersion.Value);
        _requests = meter.CreateHistogram(
            RequestDuration,
            "s",
            "Duration of a challenge, a ping or a refused request, from its arrival to its response.",
            advice: Seconds
        );
        _stages = meter.CreateHistogram("bittbridge.request.stage.duration", "s", "Duration of one stage of a request.", advice: Seconds);
        _forecasts = meter.CreateCounter<long>("bittbridge.forecasts", "{forecast}", "Answers, by who made the forecast.");
        _errors = meter.CreateHistogram(
            "bittbridge.forecast.error",
            "1",
            "Absolute error of a matured forecast, divided by the price at its target.",
            advice: RelativeErrors
        );
        _lastPriceErrors = meter.CreateHistogram(
            "bittbridge.forecast.last_price.error",
            "1",
            "The same error of the last price when the forecast was made.",
            advice: RelativeErrors
        );
        _intervals = meter.CreateCounter<long>(
            "bittbridge.forecast.intervals",
            "{interval}",
            "Intervals of matured forecasts, by whether they contained the price."
        );
        _scores = meter.CreateHistogram(
            "bittbridge.forecast.interval.score",
            "1",
            "The validator's score of a matured forecast's interval; 0 for one that missed the price.",
            advice: Scores
        );
        _transitions = meter.CreateCounter<long>(
            "bittbridge.model.circuit.transitions",
            "{transition}",
            "State changes of a model's circuit breaker, by the new state."
        );
        _reservations = meter.CreateCounter<long>("bittbridge.nonce.reservations", "{reservation}", "Replies of the nonce store.");
        _outages = meter.CreateCounter<long>("bittbridge.nonce.outages", "{outage}", "Outages of the nonce store that began.");
        _polls = meter.CreateCounter<long>("bittbridge.price.polls", "{poll}", "Price polls, by how they ended.");
        _calls = meter.CreateCounter<long>(
            "bittbridge.price.source.calls",
            "{call}",
            "Calls of the price source that count towards its quota."
        );
    }

    /// <summary>The value of an attribute: an enum's member in snake case, such as <c>no_permit</c>.</summary>
    internal static string Name<T>(T value)
        where T : struct, Enum =>
        Names<T>.Known.GetOrAdd(value, static known => JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString()));

    /// <summary>A request was answered with a forecast, with null, or with an echo.</summary>
    internal void Answered(string outcome, WireFormat? format, TimeSpan elapsed) =>
        _requests.Record(
            elapsed.TotalSeconds,
            new(Outcome, outcome),
            new("bittbridge.wire.format", Name(format)),
            new("http.response.status_code", 200)
        );

    /// <summary>A request was refused.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="status">The status that is sent.</param>
    /// <param name="format">The wire format that the request claims.</param>
    /// <param name="elapsed">The time since it arrived.</param>
    internal void Refused(RefusalReason reason, int status, WireFormat? format, TimeSpan elapsed) =>
        _requests.Record(
            elapsed.TotalSeconds,
            new(Outcome, "refused"),
            new(ErrorType, Name(reason)),
            new("bittbridge.wire.format", Name(format)),
            new("http.response.status_code", status)
        );

    /// <summary>A request failed unexpectedly.</summary>
    internal void Failed(WireFormat? format, TimeSpan elapsed) =>
        _requests.Record(
            elapsed.TotalSeconds,
            new(Outcome, "failed"),
            new(ErrorType, Name(RefusalReason.Unexpected)),
            new("bittbridge.wire.format", Name(format)),
            new("http.response.status_code", 500)
        );

    /// <summary>Measures a stage until it is disposed.</summary>
    internal Stage Begin(string stage) => new(this, stage);

    /// <param name="outcome"><c>model</c>, <c>fallback</c> or <c>none</c>.</param>
    internal void Forecast(string outcome) => _forecasts.Add(1, new KeyValuePair<string, object?>(Outcome, outcome));

    /// <summary>A matured forecast got its first outcome.</summary>
    internal void Scored(ModelId model, ForecastRole role, ScoredSlot outcome)
    {
        var forecast = outcome.Forecast;
        var (name, kind) = (
            new KeyValuePair<string, object?>(Model, model.ToString()),
            new KeyValuePair<string, object?>("bittbridge.forecast.role", Name(role))
        );
        _errors.Record(forecast.Error / forecast.Truth, name, kind);
        _lastPriceErrors.Record(forecast.ErrorOfLast / forecast.Truth, name, kind);
        if (outcome.IntervalScore is { } score)
        {
            _intervals.Add(1, name, kind, new(Outcome, forecast.IsCovered ? "covered" : "missed"));
            _scores.Record(score, name, kind);
        }
    }

    /// <summary>A model's circuit breaker has changed its state.</summary>
    internal void CircuitChanged(ModelId model, CircuitState state) =>
        _transitions.Add(1, new(Model, model.ToString()), new("bittbridge.circuit.state", Name(state)));

    internal void Reserved(Reservation reservation) => _reservations.Add(1, new KeyValuePair<string, object?>(Outcome, Name(reservation)));

    internal void OutageBegan() => _outages.Add(1);

    internal void Polled(PriceRefreshResult result) =>
        _polls.Add(
            1,
            new KeyValuePair<string, object?>(
                Outcome,
                result.Skipped ? "skipped"
                    : result.Failure is { } failure ? Name(failure.Fault)
                    : "succeeded"
            )
        );

    internal void Called(int calls) => _calls.Add(calls);

    private static string Name(WireFormat? format) =>
        format switch
        {
            WireFormat.V10 => "v10",
            WireFormat.BtAuth1 => "btauth1",
            _ => "unsigned",
        };

    private static InstrumentAdvice<double> Bounds(IReadOnlyList<double> boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly ConcurrentDictionary<T, string> Known = [];
    }

    /// <summary>One stage of a request, as a span and as a duration.</summary>
    internal readonly struct Stage : IDisposable
    {
        private readonly MinerMetrics _metrics;
        private readonly string _name;
        private readonly long _began;
        private readonly Activity? _activity;

        public Stage(MinerMetrics metrics, string name)
        {
            (_metrics, _name, _began) = (metrics, name, metrics._clock.GetTimestamp());
            _activity = Activities.StartActivity(name);
        }

        public void Dispose()
        {
            _activity?.Dispose();
            _metrics._stages.Record(
                _metrics._clock.GetElapsedTime(_began).TotalSeconds,
                new KeyValuePair<string, object?>("bittbridge.stage", _name)
            );
        }
    }
}
