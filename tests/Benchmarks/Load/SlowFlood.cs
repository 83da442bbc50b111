using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Bittbridge.Miner.Http;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Keeps many connections busy ("slowloris"): each sends the head of a request and then its body byte by byte. When the miner closes a
/// connection, the next one takes its place.
/// </summary>
internal static class SlowFlood
{
    /// <summary>How many connections are open at a time.</summary>
    public const int Connections = 500;

    /// <summary>The pause between two bytes of a connection.</summary>
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(100);

    /// <summary>The miner ends the wait for each body at least twice in this time.</summary>
    public static TimeSpan MinLength { get; } = 2.4 * BodyReader.MaxTime;

    /// <param name="port">The miner's port on this machine.</param>
    /// <param name="requests">The requests; none of them ends in this time.</param>
    /// <param name="length">How long to keep the connections busy.</param>
    /// <returns>The responses, without times.</returns>
    public static async Task<LoadFigures> PlayAsync(int port, byte[][] requests, TimeSpan length)
    {
        var statuses = new ConcurrentDictionary<int, int>();
        var began = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(length);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => KeepBusyAsync(requests[i % requests.Length]))));
        var responses = statuses.Where(status => status.Key != LoadFigures.Closed).Sum(status => status.Value);
        return new(responses / Stopwatch.GetElapsedTime(began).TotalSeconds, double.NaN, double.NaN, double.NaN, statuses);

        async Task KeepBusyAsync(byte[] request)
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    using var connection = await LoadConnection.OpenAsync(port);
                    Count((await connection.SendSlowlyAsync(request, BetweenBytes, over.Token)).Status);
                }
                catch (Exception exception) when (exception is IOException or SocketException)
                {
                    Count(LoadFigures.Closed);
                }
                catch (OperationCanceledException)
                {
                    // The time is over.
                }
            }
        }

        void Count(int status) => statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
    }
}
