using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;
using Bittbridge.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Benchmarks.Faults;

/// <summary>
/// Kills the miner at random moments, as the system does that is out of memory: under load, and while it starts. The next process must
/// answer, refuse what an earlier one answered, and know every price that was stored, which CoinGecko's chart then does not give again.
/// </summary>
internal sealed class KillRun(Checkout checkout, string storage, string coinGecko, PlayedCoinGecko played, Random random)
{
    /// <summary>Each group of kills has tables of its own, so that the first of them meets empty ones.</summary>
    private const int KillsPerStore = 5;

    private const int Connections = 4;

    /// <summary>About as long as a start takes.</summary>
    private const int MaxStartMs = 800;

    /// <summary>Longer than two starts, so that a refusal can't be one of age.</summary>
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly List<double> _starts = [];
    private readonly Queue<byte[]> _answered = new();
    private readonly Queue<byte[]> _cutOff = new();
    private StorageSettings _tables = new(storage);
    private byte[]? _unsent;
    private int _kills;
    private int _killsAtStart;
    private int _replays;
    private int _answeredAgain;
    private int _cutOffAnswered;
    private int _cutOffRefused;
    private int _cutOffTwice;
    private int _unproven;
    private int _pricesHeld;
    private int _pricesLost;

    /// <summary>Whether nothing went wrong.</summary>
    public bool IsGood => _answeredAgain + _cutOffTwice + _pricesLost + _unproven == 0;

    public async Task RunAsync(int kills)
    {
        while (_kills < kills)
        {
            _tables = new(storage, $"kill{Guid.NewGuid():N}"[..16]);
            played.HasChart = true;
            for (var i = 0; i < KillsPerStore && _kills < kills; i++)
            {
                await using var miner = Start();
                if (i is 0 or 2)
                {
                    await KillAtStartAsync(miner);
                }
                else
                {
                    await CheckAsync(miner);
                    await KillUnderLoadAsync(miner);
                }

                Report.Say(
                    $"  {++_kills} kills: {_replays} replays, {_answeredAgain} answered again, {_cutOffAnswered + _cutOffRefused} cut off, "
                        + $"{_pricesLost} of {_pricesHeld} prices lost"
                );
            }

            await using var last = Start();
            await CheckAsync(last);
        }
    }

    public string InWords()
    {
        var starts = _starts.Order().ToList();
        return new StringBuilder()
            .AppendLine("| What | Measured |")
            .AppendLine("|---|---|")
            .AppendLine(
                $"| kills: all, under load, within {MaxStartMs} ms of a start | {_kills}, {_kills - _killsAtStart}, {_killsAtStart} |"
            )
            .AppendLine($"| requests answered before a kill and sent again after it | {_replays} |")
            .AppendLine($"| of them answered again | {_answeredAgain} |")
            .AppendLine($"| requests whose answer a kill cut off, sent again: answered, refused | {_cutOffAnswered}, {_cutOffRefused} |")
            .AppendLine($"| of them answered twice after the kill | {_cutOffTwice} |")
            .AppendLine($"| prices in storage when the miner was killed, which it could not get again | {_pricesHeld} |")
            .AppendLine($"| of them missing, or with another time or value, in the next process | {_pricesLost} |")
            .AppendLine($"| from a start to the first answer, ms: median, longest | {starts[starts.Count / 2]:0}, {starts[^1]:0} |")
            .ToString();
    }

    private MinerUnderLoad Start() =>
        MinerUnderLoad.Start(
            checkout,
            MinerUnderLoad.Program(checkout),
            storage,
            ("Bittbridge__TablePrefix", _tables.TablePrefix),
            ("Bittbridge__Prices__Source", PriceSettings.CoinGecko),
            ("Bittbridge__CoinGecko__BaseAddress", coinGecko),
            ("Bittbridge__Limits__PerSecond", "0"),
            ("BITTBRIDGE_PRICES_SCHEDULE", "* * * * * *")
        );

#pragma warning disable CA5394 // The moments need no secrecy.
    private async Task KillAtStartAsync(MinerUnderLoad miner)
    {
        await Task.Delay(random.Next(MaxStartMs));
        await miner.KillAsync();
        _killsAtStart++;
    }

    private async Task KillUnderLoadAsync(MinerUnderLoad miner)
    {
        _unsent = Signed();
        var (answered, cutOff) = (new ConcurrentQueue<byte[]>(), new ConcurrentQueue<byte[]>());
        var playing = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => PlayAsync(miner, answered, cutOff))).ToList();
        await Task.Delay(random.Next(1500));
        await miner.KillAsync();
        await Task.WhenAll(playing);
        Add(_answered, answered);
        Add(_cutOff, cutOff);

        static void Add(Queue<byte[]> all, IEnumerable<byte[]> some)
        {
            foreach (var request in some)
            {
                all.Enqueue(request);
            }
        }
    }
#pragma warning restore CA5394

    /// <summary>Sends challenges until the miner is gone.</summary>
    private static async Task PlayAsync(MinerUnderLoad miner, ConcurrentQueue<byte[]> answered, ConcurrentQueue<byte[]> cutOff)
    {
        using var connection = await LoadConnection.OpenAsync(miner.Port);
        while (true)
        {
            var request = Signed();
            try
            {
                if ((await connection.SendAsync(request)).HoldsForecast)
                {
                    answered.Enqueue(request);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                cutOff.Enqueue(request);
                return;
            }
        }
    }

    /// <summary>What the process after a kill must do.</summary>
    private async Task CheckAsync(MinerUnderLoad miner)
    {
        var stored = await StoredAsync();
        var began = Stopwatch.GetTimestamp();
        await miner.FirstAnswerAsync();
        _starts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);

        using var connection = await LoadConnection.OpenAsync(miner.Port);
        for (; _answered.TryDequeue(out var request); _replays++)
        {
            _answeredAgain += await IsRefusedAsync(connection, request) ? 0 : 1;
        }

        while (_cutOff.TryDequeue(out var request))
        {
            var isAnswered = (await connection.SendAsync(request)).HoldsForecast;
            (_cutOffAnswered, _cutOffRefused) = isAnswered ? (_cutOffAnswered + 1, _cutOffRefused) : (_cutOffAnswered, _cutOffRefused + 1);
            _cutOffTwice += await IsRefusedAsync(connection, request) ? 0 : 1;
        }

        // Signed before all of them and not sent yet: were it refused, the refusals above could be ones of age.
        if (_unsent is { } unsent)
        {
            _unproven += (await connection.SendAsync(unsent)).HoldsForecast ? 0 : 1;
            _unsent = null;
        }

        _pricesHeld += played.HasChart ? 0 : stored.Count;
        _pricesLost += await MissingAsync(stored);
        played.HasChart = false;
    }

    /// <summary>Whether a request is refused as used; a 503 says that the miner could not tell, so it is sent again.</summary>
    private static async Task<bool> IsRefusedAsync(LoadConnection connection, byte[] request)
    {
        for (var tries = 0; ; tries++)
        {
            var status = (await connection.SendAsync(request)).Status;
            if (status != 503 || tries == 50)
            {
                return status == 401;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>How many prices the miner's snapshot still lacks after it could have polled many times.</summary>
    private async Task<int> MissingAsync(List<PricePoint> stored)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(200))
        {
            var snapshot = await Prices().ReadAsync(CancellationToken.None);
            var known = (snapshot?.History.Points() ?? []).ToDictionary(point => point.Slot);
            var missing = stored.Count(point => !(known.TryGetValue(point.Slot, out var kept) && Replaces(kept, point)));
            if ((missing == 0 && known.Count > 280) || Stopwatch.GetElapsedTime(began) > MaxWait)
            {
                return known.Count > 280 ? missing : Math.Max(1, missing);
            }
        }
    }

    /// <summary>Whether a price is the stored one of its slot, or nearer to the slot, and has CoinGecko's value.</summary>
    private static bool Replaces(PricePoint kept, PricePoint stored) =>
        (kept.Time == stored.Time || Off(kept) < Off(stored)) && PlayedCoinGecko.Gives(kept);

    private static TimeSpan Off(PricePoint point) => (point.Time - point.Slot.Time).Duration();

    /// <summary>The prices that storage holds, in the snapshot or only in the history.</summary>
    private async Task<List<PricePoint>> StoredAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var history = await Prices().ReadHistoryAsync(now.AddDays(-2), now, CancellationToken.None);
        var snapshot = await Prices().ReadAsync(CancellationToken.None);
        return [.. history.Merge(snapshot?.History.Points() ?? []).Points()];
    }

    private TablePriceStore Prices() => new(new(_tables), PriceSeries.Real, TimeProvider.System, NullLogger<TablePriceStore>.Instance);

    private static byte[] Signed() => Challenges.Signed(1, SignedFor)[0];
}
