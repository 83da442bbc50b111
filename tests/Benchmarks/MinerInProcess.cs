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
/// The whole miner without a network, with 600 prices and the list of validators in memory. It stores no forecast, and its clock moves only
/// when it is told to.
/// </summary>
internal sealed class MinerInProcess : IDisposable
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceProvider _services;
    private readonly MinerEndpoints _miner;

    private MinerInProcess(string? storage)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("ASPNETCORE_ENVIRONMENT", "Development"),
                new("Bittbridge:Access", "signed"),
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
        services.Replace(ServiceDescriptor.Singleton<IPrices>(new Prices(_clock.GetUtcNow())));
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

    private sealed class Prices(DateTimeOffset now) : IPrices
    {
        public PriceSnapshot? InMemory { get; } =
            new(
                PriceSeries.Simulated,
                "simulated",
                PriceHistory.FromPoints(
                    Enumerable.Range(0, 600).Select(i => new PricePoint(now - ((600 - i) * PriceSlot.Step), 7.1 + (0.002 * Math.Sin(i))))
                ),
                // Otherwise the miner would poll CoinGecko behind an answer.
                new() { AskedAt = now.AddDays(1) }
            );

        public string? LastReadFailure => null;

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => new(InMemory);
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
