using System.Text;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Miner;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Benchmarks;

/// <summary>
/// The whole miner without a network, with 600 prices and the list of validators in memory. It stores no forecast, its clock moves only
/// when it is told to, and each slot has a new snapshot of prices.
/// </summary>
internal sealed class MinerInProcess : IDisposable
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly Prices _prices;
    private readonly ServiceProvider _services;
    private readonly MinerEndpoints _miner;

    private MinerInProcess(string? storage)
    {
        _prices = new(_clock);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("ASPNETCORE_ENVIRONMENT", "Development"),
                new("Bittbridge:Access", "permit"),
                new("Bittbridge:Hotkey", Challenges.Miner.ToString()),
                new("Bittbridge:Network", "http://127.0.0.1:1"),
                new("Bittbridge:Replay", storage is null ? "memory" : "durable"),
                new("Bittbridge:Limits:PerCallerPerMinute", "0"),
                new("Bittbridge:Storage", storage ?? "UseDevelopmentStorage=true"),
            ])
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
        services.Replace(ServiceDescriptor.Singleton<IPrices>(_prices));
        services.Replace(ServiceDescriptor.Singleton<IValidatorStore>(new Validators(_clock)));
        services.Replace(
            ServiceDescriptor.Singleton<IActiveModel>(provider => new OneModel(provider.GetRequiredService<DeploymentWatcher>()))
        );
        services.Replace(ServiceDescriptor.Singleton<IForecastLog>(new NoLog()));
        _services = services.BuildServiceProvider();
        _miner = _services.GetRequiredService<MinerEndpoints>();
    }

    /// <param name="storage">Where it reserves nonces; null for its memory alone.</param>
    public static MinerInProcess Start(string? storage = null) => new(storage);

    /// <summary>Prepares signed challenges, to be asked in this order. Those that were asked before have expired.</summary>
    /// <param name="count">How many.</param>
    /// <param name="step">How far the clock moves before each.</param>
    public HttpContext[] Prepare(int count, TimeSpan step)
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        _prices.Prepare(_clock.GetUtcNow() + (count * step));
        return [.. Challenges.SignedAt(count, _clock.GetUtcNow() + step, step).Select(Received)];
    }

    /// <summary>Moves the clock and answers the next challenge.</summary>
    public async Task<int> AnswerAsync(HttpContext challenge, TimeSpan step)
    {
        if (step > TimeSpan.Zero)
        {
            _clock.Advance(step);
        }

        await _miner.ChallengeAsync(challenge);
        return challenge.Response.StatusCode == 200 ? 200 : throw new InvalidOperationException($"{challenge.Response.StatusCode}");
    }

    public void Dispose() => _services.Dispose();

    /// <summary>A request as a server passes it on.</summary>
    private static DefaultHttpContext Received(byte[] request)
    {
        var text = Encoding.ASCII.GetString(request);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/Challenge";
        foreach (var line in text[..end].Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            context.Request.Headers[line[..colon]] = line[(colon + 2)..];
        }

        context.Request.Body = new MemoryStream(request, end + 4, request.Length - end - 4);
        context.Response.Body = new MemoryStream(4096);
        return context;
    }

    /// <summary>A snapshot for each slot. A poll is no part of a challenge, so all are made before the challenges.</summary>
    private sealed class Prices(TimeProvider clock) : IPrices
    {
        private readonly Dictionary<PriceSlot, PriceSnapshot> _snapshots = [];

        public PriceSnapshot? InMemory => _snapshots.GetValueOrDefault(Newest);

        public string? LastReadFailure => null;

        /// <summary>The last slot that has begun.</summary>
        private PriceSlot Newest => PriceSlot.NearestTo(clock.GetUtcNow() - (PriceSlot.Step / 2));

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => new(InMemory);

        /// <summary>Makes the snapshots from now until an instant.</summary>
        public void Prepare(DateTimeOffset until)
        {
            _snapshots.Clear();
            for (var newest = Newest.Time; newest <= until; newest += PriceSlot.Step)
            {
                _snapshots.Add(PriceSlot.NearestTo(newest), Until(newest));
            }
        }

        private static PriceSnapshot Until(DateTimeOffset newest) =>
            new(
                PriceSeries.Simulated,
                "simulated",
                PriceHistory.FromPoints(
                    Enumerable
                        .Range(0, PriceSnapshot.Capacity)
                        .Select(i => newest - (i * PriceSlot.Step))
                        .Select(time => new PricePoint(time, 7.1 + (0.002 * Math.Sin(PriceSlot.NearestTo(time).Number))))
                ),
                // Otherwise the miner would poll CoinGecko behind an answer.
                new() { AskedAt = newest.AddDays(1) }
            );
    }

    /// <summary>A list that was just read, so that the chain is not asked.</summary>
    private sealed class Validators(TimeProvider clock) : IValidatorStore
    {
        public Task<ValidatorRecord?> ReadForRequestAsync(CancellationToken ct) => ReadAsync(ct);

        public Task<ValidatorRecord?> ReadAsync(CancellationToken ct) =>
            Task.FromResult<ValidatorRecord?>(new(new(Challenges.Subnet, clock.GetUtcNow()), null));

        public Task<ValidatorRecord> UpdateAsync(Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct) =>
            throw new NotSupportedException();
    }

    /// <summary>The model of the settings. Storage has no deployment, so it is not asked for one.</summary>
    private sealed class OneModel(DeploymentWatcher watcher) : IActiveModel
    {
        public ActiveModel Current => watcher.Current;

        public string? Problem => null;

        public ValueTask<ActiveModel> CurrentAsync(TimeSpan maxWait, CancellationToken ct) => new(Current);

        public Task SettleAsync(TimeSpan maxWait) => Task.CompletedTask;
    }

    private sealed class NoLog : IForecastLog
    {
        public Task RecordAsync(ForecastRecord record, CancellationToken ct) => Task.CompletedTask;

        public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) => Task.FromResult(0);
    }
}
