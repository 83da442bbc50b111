using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Telemetry;

public sealed class MinerMetricsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_challenge_is_measured_by_outcome_and_stage_and_a_refusal_by_its_reason()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(TimeProvider.System.GetUtcNow()));
        using var heard = new Heard(miner);
        using var answered = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = TimeProvider.System.GetUtcNow() }, Ct);
        Assert.True(answered.IsSuccessStatusCode);
        using var refused = await miner.Client.GetAsync("/Challenge", Ct);
        using var malformed = await miner.Client.PostAsJsonAsync("/Challenge", new { }, Ct);

        await heard.UntilAsync("bittbridge.request.stage.duration bittbridge.stage=record");
        await heard.UntilAsync("bittbridge.forecasts bittbridge.outcome=model");
        await heard.UntilAsync(
            "bittbridge.request.duration bittbridge.outcome=answered bittbridge.wire.format=unsigned http.response.status_code=200"
        );
        await heard.UntilAsync(
            "bittbridge.request.duration bittbridge.outcome=refused error.type=method_not_allowed http.response.status_code=405"
        );
        await heard.UntilAsync("bittbridge.request.duration bittbridge.outcome=refused error.type=malformed http.response.status_code=400");
        heard.Collect();
        await heard.UntilAsync("bittbridge.price.age");
        await heard.UntilAsync("bittbridge.model.circuit.open");
        Assert.All(
            heard.Values.Where(pair => pair.Key.Contains(".duration", StringComparison.Ordinal)),
            pair => Assert.InRange(pair.Value, 0, 60)
        );
    }

    [Fact]
    public async Task The_document_lists_every_instrument_with_its_kind_and_unit_and_no_other()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(TimeProvider.System.GetUtcNow()));
        using var heard = new Heard(miner);
        var listed = Regex
            .Matches(
                File.ReadAllText(RepositoryFolder.At("docs", "metrics.md")),
                @"^\| `([a-z._]+)` \| (\w+), (\S+) \|",
                RegexOptions.Multiline
            )
            .Select(row => $"{row.Groups[1]} {row.Groups[2]} {row.Groups[3]}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(heard.Instruments.Order(StringComparer.Ordinal), listed);
    }

    /// <summary>Listens to one miner's instruments, and to no other test's.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);
        private readonly ConcurrentBag<string> _instruments = [];

        public Heard(RunningMiner miner)
        {
            var factory = miner.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MinerTelemetry.Name && instrument.Meter.Scope == factory)
                {
                    _instruments.Add($"{instrument.Name} {Kind(instrument)} {instrument.Unit}");
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public IEnumerable<string> Instruments => _instruments;

        public IReadOnlyDictionary<string, double> Values => _values;

        public void Collect() => _listener.RecordObservableInstruments();

        public async Task UntilAsync(string key)
        {
            for (var tries = 0; !_values.ContainsKey(key); tries++)
            {
                Assert.True(tries < 3000, $"'{key}' is not among {string.Join("; ", _values.Keys)}");
                await Task.Delay(10, Ct);
            }
        }

        public void Dispose() => _listener.Dispose();

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

            _values[key] = value;
        }
    }
}
