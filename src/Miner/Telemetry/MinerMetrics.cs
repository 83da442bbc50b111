using System.Diagnostics;
using System.Diagnostics.Metrics;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Replay;

namespace Bittbridge.Miner.Telemetry;

/// <summary>
/// The miner's instruments, named by the OpenTelemetry conventions; docs/metrics.md lists them. An attribute has a bounded set of values:
/// no
/// caller can add one.
/// </summary>
public sealed class MinerMetrics
{
    /// <summary>The histogram of challenges and pings.</summary>
    internal const string RequestDuration = "bittbridge.request.duration";

    /// <summary>The attribute that says how something ended.</summary>
    internal const string Outcome = "bittbridge.outcome";

    /// <summary>The attribute that says why a request was refused or failed.</summary>
    internal const string ErrorType = "error.type";

    private static readonly ActivitySource Activities = new(MinerTelemetry.Name, ProductVersion.Value);

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly TimeProvider _clock;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _stages;
    private readonly Counter<long> _forecasts;
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
            "Duration of a challenge or a ping, from its arrival to its response.",
            advice: Seconds
        );
        _stages = meter.CreateHistogram("bittbridge.request.stage.duration", "s", "Duration of one stage of a request.", advice: Seconds);
        _forecasts = meter.CreateCounter<long>("bittbridge.forecasts", "{forecast}", "Answers, by who made the forecast.");
        _reservations = meter.CreateCounter<long>("bittbridge.nonce.reservations", "{reservation}", "Replies of the nonce store.");
        _outages = meter.CreateCounter<long>("bittbridge.nonce.outages", "{outage}", "Outages of the nonce store that began.");
        _polls = meter.CreateCounter<long>("bittbridge.price.polls", "{poll}", "Price polls, by how they ended.");
        _calls = meter.CreateCounter<long>(
            "bittbridge.price.source.calls",
            "{call}",
            "Calls of the price source that count towards its quota."
        );
    }

    /// <summary>A request was answered with a forecast, with null, or with an echo.</summary>
    internal void Answered(string outcome, Caller? caller, TimeSpan elapsed) =>
        _requests.Record(
            elapsed.TotalSeconds,
            new(Outcome, outcome),
            new(
                "bittbridge.wire.format",
                caller?.Format switch
                {
                    WireFormat.V10 => "v10",
                    WireFormat.BtAuth1 => "btauth1",
                    _ => "unsigned",
                }
            ),
            new("http.response.status_code", 200)
        );

    /// <summary>A request was refused.</summary>
    internal void Refused(int status, TimeSpan elapsed) =>
        _requests.Record(
            elapsed.TotalSeconds,
            new(Outcome, "refused"),
            new(ErrorType, Reason(status)),
            new("http.response.status_code", status)
        );

    /// <summary>A request failed unexpectedly.</summary>
    internal void Failed(TimeSpan elapsed) =>
        _requests.Record(elapsed.TotalSeconds, new(Outcome, "failed"), new(ErrorType, "unexpected"), new("http.response.status_code", 500));

    /// <summary>Measures a stage until it is disposed.</summary>
    internal Stage Begin(string stage) => new(this, stage);

    /// <param name="outcome"><c>model</c>, <c>fallback</c> or <c>none</c>.</param>
    internal void Forecast(string outcome) => _forecasts.Add(1, new KeyValuePair<string, object?>(Outcome, outcome));

    internal void Reserved(Reservation reservation) =>
        _reservations.Add(
            1,
            new KeyValuePair<string, object?>(
                Outcome,
                reservation switch
                {
                    Reservation.Reserved => "reserved",
                    Reservation.AlreadyUsed => "already_used",
                    Reservation.Unavailable => "unavailable",
                    _ => "busy",
                }
            )
        );

    internal void OutageBegan() => _outages.Add(1);

    internal void Polled(PriceRefreshResult result) =>
        _polls.Add(
            1,
            new KeyValuePair<string, object?>(
                Outcome,
                result.Skipped ? "skipped"
                    : result.Failure is { } failure ? $"{failure.Fault}"
                    : "succeeded"
            )
        );

    internal void Called(int calls) => _calls.Add(calls);

    private static string Reason(int status) =>
        status switch
        {
            400 => "malformed",
            401 => "not_verified",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            408 => "slow_body",
            413 => "too_large",
            429 => "rate_limited",
            503 => "unavailable",
            _ => "other",
        };

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
