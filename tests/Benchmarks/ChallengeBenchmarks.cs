using BenchmarkDotNet.Attributes;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Miner;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Benchmarks;

/// <summary>
/// One signed challenge through the whole miner, without a network and without storage: reading, signature, admission, replay check in
/// memory, forecast, response. The goal is 0.25 ms and 24 KB.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(5), IterationCount(15), InvocationCount(Count, 1)]
public class ChallengeBenchmarks
{
    private const int Count = 2000;

    // Stands still within an iteration, so that nothing expires.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private ServiceProvider _services = null!;
    private MinerEndpoints _miner = null!;
    private PreparedRequest[] _requests = [];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("ASPNETCORE_ENVIRONMENT", "Development"),
                new("Bittbridge:Access", "signed"),
                new("Bittbridge:Hotkey", Challenges.Miner.ToString()),
                new("Bittbridge:Replay", "memory"),
                new("Bittbridge:Limits:PerCallerPerMinute", "0"),
                new("Bittbridge:Storage", "UseDevelopmentStorage=true"),
            ])
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddMiner(configuration);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
        services.Replace(ServiceDescriptor.Singleton<IPrices>(new Prices(_clock.GetUtcNow())));
        services.Replace(ServiceDescriptor.Singleton<IForecastLog>(new NoLog()));
        _services = services.BuildServiceProvider();
        _miner = _services.GetRequiredService<MinerEndpoints>();
    }

    [IterationSetup]
    public void Prepare()
    {
        _requests = [.. Challenges.Signed(Count).Select(PreparedRequest.Of)];
        _next = 0;
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    [Benchmark]
    public async Task<int> Challenge()
    {
        var context = _requests[_next++].Context;
        await _miner.ChallengeAsync(context);
        return context.Response.StatusCode == 200 ? 200 : throw new InvalidOperationException($"{context.Response.StatusCode}");
    }

    [GlobalCleanup]
    public void Cleanup() => _services.Dispose();

    /// <summary>A request as a server passes it on.</summary>
    private sealed record PreparedRequest(HttpContext Context)
    {
        public static PreparedRequest Of(byte[] request)
        {
            var text = System.Text.Encoding.ASCII.GetString(request);
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
            return new(context);
        }
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
                new()
            );

        public string? LastReadFailure => null;

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => new(InMemory);
    }

    private sealed class NoLog : IForecastLog
    {
        public Task RecordAsync(ForecastRecord record, CancellationToken ct) => Task.CompletedTask;

        public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) => Task.FromResult(0);
    }
}
