using Azure.Data.Tables;
using BenchmarkDotNet.Attributes;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Tools;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Benchmarks;

/// <summary>
/// One signed challenge through the whole miner, which reserves the nonce in a real storage emulator, and a bare insert into the same
/// emulator. The goal is that the challenge takes at most 0.4 ms more than the insert.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(5), IterationCount(15), InvocationCount(Count, 1)]
public class DurableChallengeBenchmarks
{
    private const int Count = 500;

    /// <summary>Each challenge has a forecast of its own.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private Azurite _storage = null!;
    private TableClient _table = null!;
    private MinerInProcess _miner = null!;
    private HttpContext[] _challenges = [];
    private int _next;

    [GlobalSetup]
    public async Task Setup()
    {
        _storage = await Azurite.StartAsync(Checkout.Find(), folder: null, AzuritePorts.Any, CancellationToken.None);
        _table = new(_storage.ConnectionString, "floor");
        await _table.CreateAsync();
        _miner = MinerInProcess.Start(_storage.ConnectionString);
    }

    [IterationSetup(Target = nameof(Challenge))]
    public void Prepare() => (_challenges, _next) = (_miner.Prepare(Count, Step), 0);

    [Benchmark(Baseline = true)]
    public Task BareInsert() => Floors.InsertAsync(_table);

    [Benchmark]
    public Task<int> Challenge() => _miner.AnswerAsync(_challenges[_next++], Step);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _miner.Dispose();
        await _storage.DisposeAsync();
    }
}
