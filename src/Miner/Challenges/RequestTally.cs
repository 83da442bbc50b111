using System.Diagnostics.Metrics;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Challenges;

/// <summary>Counts the requests that this process answered and refused, by UTC day, from the miner's own metric.</summary>
internal sealed class RequestTally : IHostedService, IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _clock;

    // The current day and those before it, until they are forgotten.
    private readonly SortedDictionary<DateOnly, RequestCounts> _days = [];

    public RequestTally(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other hosts in the same process, as in tests, have meters of the same name.
            if (instrument.Name == MinerMetrics.RequestDuration && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Count(tags));
    }

    /// <summary>The days with counts: the current one, and those before it until <see cref="Forget"/>.</summary>
    public IReadOnlyList<RequestCounts> Days
    {
        get
        {
            lock (_gate)
            {
                return [.. _days.Values.Select(day => day.Copy())];
            }
        }
    }

    /// <summary>Forgets the days before this one.</summary>
    public void Forget(DateOnly before)
    {
        lock (_gate)
        {
            foreach (var day in _days.Keys.Where(day => day < before).ToList())
            {
                _days.Remove(day);
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

        var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        lock (_gate)
        {
            if (!_days.TryGetValue(today, out var day))
            {
                _days[today] = day = new(today);
            }

            if (outcome is "answered" or "answered_null")
            {
                day.Answered++;
            }
            else if (outcome is "refused" or "failed" && reason is not null)
            {
                day.Refused[reason] = day.Refused.GetValueOrDefault(reason) + 1;
            }
        }
    }
}
