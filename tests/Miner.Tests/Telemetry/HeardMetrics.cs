using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Telemetry;

/// <summary>Listens to the instruments of one miner, and to no other test's.</summary>
internal sealed class HeardMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Key, double Value)> _measurements = [];
    private readonly ConcurrentQueue<string> _instruments = [];
    private readonly ServiceProvider? _own;

    /// <summary>Of a part that is tested without the whole miner; hand it <see cref="Metrics"/>.</summary>
    public HeardMetrics()
        : this(new ServiceCollection().AddMetrics().BuildServiceProvider()) { }

    private HeardMetrics(ServiceProvider own)
        : this(own.GetRequiredService<IMeterFactory>())
    {
        _own = own;
        Metrics = new(own.GetRequiredService<IMeterFactory>(), TimeProvider.System);
    }

    public HeardMetrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MinerTelemetry.Name && instrument.Meter.Scope == factory)
            {
                _instruments.Enqueue($"{instrument.Name} {Kind(instrument)} {instrument.Unit}");
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Only where this was made without a miner's factory.</summary>
    public MinerMetrics Metrics { get; } = null!;

    /// <summary>Each as <c>name kind unit</c>.</summary>
    public IEnumerable<string> Instruments => _instruments;

    /// <summary>What was measured, in order: the key is the instrument's name followed by <c>attribute=value</c> pairs.</summary>
    public IEnumerable<(string Key, double Value)> Measurements => _measurements;

    /// <summary>The measurements of one key.</summary>
    public IReadOnlyList<double> Of(string key) =>
        [.. _measurements.Where(measured => measured.Key == key).Select(measured => measured.Value)];

    /// <summary>Reads the gauges.</summary>
    public void Collect() => _listener.RecordObservableInstruments();

    /// <summary>Waits for a measurement: a client has its answer a little before the miner has measured it.</summary>
    public async Task UntilAsync(string key)
    {
        for (var tries = 0; Of(key).Count == 0; tries++)
        {
            Assert.True(
                tries < 3000,
                $"'{key}' is not among {string.Join("; ", _measurements.Select(measured => measured.Key).Distinct())}"
            );
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _own?.Dispose();
    }

    private static string Kind(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0] switch
        {
            "Histogram" => "histogram",
            "Counter" => "counter",
            "ObservableGauge" => "gauge",
            var other => other,
        };

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, text) in tags)
        {
            key += $" {name}={text}";
        }

        _measurements.Enqueue((key, value));
    }
}
