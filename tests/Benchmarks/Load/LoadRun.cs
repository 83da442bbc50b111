using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bittbridge.Benchmarks.Load;

/// <summary>What a run of some connections measured.</summary>
/// <param name="PerSecond">Responses a second, of all connections.</param>
/// <param name="P50">The median time of a response, in milliseconds.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="Max">The longest.</param>
/// <param name="Statuses">How many responses had each status; a 200 without a forecast counts as 0.</param>
internal sealed record LoadFigures(double PerSecond, double P50, double P99, double Max, IReadOnlyDictionary<int, int> Statuses)
{
    /// <summary>In place of a status: the connection was closed without a response.</summary>
    public const int Closed = -1;

    public string InWords =>
        string.Join(
            ", ",
            Statuses
                .OrderByDescending(status => status.Value)
                .Select(status => $"{status.Value} × {(status.Key == Closed ? "closed" : $"{status.Key}")}")
        );

    /// <summary>The run with the median rate.</summary>
    public static LoadFigures Median(IEnumerable<LoadFigures> runs) =>
        runs.OrderBy(run => run.PerSecond).ToList() is var ordered ? ordered[ordered.Count / 2] : throw new InvalidOperationException();
}

/// <summary>Plays prepared requests over some connections, each connection one request at a time.</summary>
internal static class LoadRun
{
    /// <summary>The same against one miner.</summary>
    public static Task<LoadFigures> PlayAsync(int port, int connections, byte[][] requests, TimeSpan length, bool repeat = false) =>
        PlayAsync([port], connections, requests, length, repeat);

    /// <param name="ports">The ports on this machine; the connections take turns.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="length">How long to play them.</param>
    /// <param name="repeat">Whether to start over at the end; else the run ends with the requests.</param>
    public static async Task<LoadFigures> PlayAsync(
        IReadOnlyList<int> ports,
        int connections,
        byte[][] requests,
        TimeSpan length,
        bool repeat = false
    )
    {
        var (next, times, statuses) = (-1, new ConcurrentBag<List<long>>(), new ConcurrentDictionary<int, int>());
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => PlayAsync(ports[i % ports.Count]))));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var all = times.SelectMany(one => one).Order().ToArray();
        return new(all.Length / seconds, At(0.5), At(0.99), At(1), statuses);

        double At(double share) =>
            all.Length == 0
                ? double.NaN
                : Stopwatch.GetElapsedTime(0, all[Math.Min(all.Length - 1, (int)(share * all.Length))]).TotalMilliseconds;

        async Task PlayAsync(int port)
        {
            var own = new List<long>();
            times.Add(own);
            LoadConnection? connection = null;
            while (Stopwatch.GetElapsedTime(began) < length)
            {
                var index = Interlocked.Increment(ref next);
                if (index >= requests.Length && !repeat)
                {
                    break;
                }

                try
                {
                    connection ??= await LoadConnection.OpenAsync(port);
                    var sent = Stopwatch.GetTimestamp();
                    var reply = await connection.SendAsync(requests[index % requests.Length]);
                    own.Add(Stopwatch.GetTimestamp() - sent);
                    Count(reply.Status == 200 && !reply.HoldsForecast ? 0 : reply.Status);
                }
                catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
                {
                    connection?.Dispose();
                    connection = null;
                    Count(LoadFigures.Closed);
                }
            }

            connection?.Dispose();
        }

        void Count(int status) => statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
    }
}
