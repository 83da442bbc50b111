using System.Diagnostics.Metrics;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Counts what this process answered and refused, from the miner's own metric.</summary>
internal sealed class RequestTally : IHostedService, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private long _answered;

    public RequestTally(IMeterFactory meters, TimeProvider clock)
    {
        Since = clock.GetUtcNow();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other hosts of the process, as in tests, have meters of the same name.
            if (instrument.Name == MinerMetrics.RequestDuration && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Count(tags));
    }

    /// <summary>Since when it counts.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>How many challenges were answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>How many requests were refused, by reason, the most frequent first.</summary>
    public IReadOnlyList<CountView> Refused
    {
        get
        {
            lock (_gate)
            {
                return [.. _refused.Select(reason => new CountView(reason.Key, reason.Value)).OrderByDescending(reason => reason.Count)];
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void Count(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? outcome = null,
            reason = null;
        foreach (var (name, value) in tags)
        {
            switch (name)
            {
                case MinerMetrics.Outcome:
                    outcome = value as string;
                    break;
                case MinerMetrics.ErrorType:
                    reason = value as string;
                    break;
            }
        }

        if (outcome is "answered" or "answered_null")
        {
            Interlocked.Increment(ref _answered);
        }
        else if (outcome is "refused" or "failed" && reason is not null)
        {
            lock (_gate)
            {
                _refused[reason] = _refused.GetValueOrDefault(reason) + 1;
            }
        }
    }
}
