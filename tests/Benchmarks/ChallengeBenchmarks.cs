using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;

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

    private MinerInProcess _miner = null!;
    private HttpContext[] _challenges = [];
    private int _next;

    /// <summary>
    /// Challenges of one second share a forecast. With a second between them, each has one of its own, and every 300th is the first one
    /// with new prices.
    /// </summary>
    [Params(0, 1)]
    public int SecondsBetween { get; set; }

    private TimeSpan Step => TimeSpan.FromSeconds(SecondsBetween);

    [GlobalSetup]
    public void Setup() => _miner = MinerInProcess.Start();

    [IterationSetup]
    public void Prepare() => (_challenges, _next) = (_miner.Prepare(Count, Step), 0);

    [Benchmark]
    public Task<int> Challenge() => _miner.AnswerAsync(_challenges[_next++], Step);

    [GlobalCleanup]
    public void Cleanup() => _miner.Dispose();
}
