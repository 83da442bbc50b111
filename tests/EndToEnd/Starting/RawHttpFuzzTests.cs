using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>The built SelfHost, and what a connection can carry instead of a request.</summary>
[Collection(MinerCollection.Name)]
public sealed partial class RawHttpFuzzTests(ITestOutputHelper output)
{
    /// <summary>Longer than every time limit of the server together.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(1);

    /// <summary>How long a caller waits for an answer before it hangs up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Callers wait rather than compute, so many at once make a long run short.</summary>
    private const int AtOnce = 100;

    /// <summary>Of so many callers one does not hang up.</summary>
    private const int PatientOneOf = 20;

    [Fact]
    public async Task Whatever_comes_on_a_connection_is_never_a_500_or_a_hang_and_honest_callers_are_answered()
    {
        await using var emulator = await StorageEmulator.StartNewAsync(TestContext.Current.CancellationToken);
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?>
            {
                // On a busy machine storage may take longer than a request waits for it.
                ["Bittbridge__Replay"] = "memory",
                ["Bittbridge__Limits__PerSecond"] = "0",
                ["Bittbridge__Limits__PerCallerPerMinute"] = "0",
                ["Bittbridge__Operator__Token"] = BrokenRequests.OperatorToken,
                ["Bittbridge__Dashboard"] = "public",
                ["Bittbridge__Metrics"] = "prometheus",
            }
        );
        await miner.UntilAnsweredAsync();

        var (requests, answers) = (new BrokenRequests(ParserFuzzing.Seed), new ConcurrentDictionary<string, int>());
        var unended = new List<Task>();
        var count = ParserFuzzing.Count(cost: 10);
        for (var i = 0; i < count; i += AtOnce)
        {
            // Most callers hang up when they have got no answer for a while. A few leave that to the server.
            var batch = Enumerable
                .Range(i, Math.Min(AtOnce, count - i))
                .Select(number => (Request: requests.Next(), Number: number, HangsUp: number % PatientOneOf != 0))
                .ToLookup(caller => caller.HangsUp, caller => CheckAsync(caller.Number, caller.Request, caller.HangsUp));
            unended.AddRange(batch[false]);
            await Task.WhenAll(batch[true]);
            if (unended.Count > 500)
            {
                await Task.WhenAll(unended);
                unended.Clear();
            }

            await AssertAnsweredAsync();
        }

        await Task.WhenAll(unended);
        await AssertAnsweredAsync();
        output.WriteLine(string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}")));
        Assert.True(answers.ContainsKey("200") && answers.ContainsKey("400"), string.Join(", ", answers));

        async Task CheckAsync(int number, byte[] request, bool hangsUp)
        {
            var named = ParserFuzzing.Named(number, request, cost: 10);
            var answer = await SendAsync(miner.Address, request, hangsUp, named);
            var statuses = StatusLine().Matches(answer).Select(line => line.Groups["status"].Value).ToList();
            foreach (var status in statuses.DefaultIfEmpty("none"))
            {
                answers.AddOrUpdate(status, 1, (_, count) => count + 1);
            }

            // 505 is Kestrel's answer to a version of HTTP that it does not speak.
            Assert.True(
                statuses.All(status => status[0] is '1' or '2' or '4' || status == "505"),
                $"{named} was answered {string.Join(", ", statuses)}: {answer}"
            );
        }

        async Task AssertAnsweredAsync()
        {
            var reply = await miner.AskAsync();
            Assert.True(reply.Prediction is not null, $"{reply.Status} {reply.Body} {StartCommand.Text(miner.LastLines)}");
        }
    }

    /// <summary>Sends bytes and reads until the connection ends.</summary>
    private static async Task<string> SendAsync(Uri miner, byte[] request, bool hangsUp, string named)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(MaxTime);
        using var client = new TcpClient { NoDelay = true };
        using var answer = new MemoryStream();
        try
        {
            await client.ConnectAsync(miner.Host, miner.Port, limit.Token);
            var stream = client.GetStream();
            var reading = stream.CopyToAsync(answer, limit.Token);
            try
            {
                await stream.WriteAsync(request, limit.Token);
                if (hangsUp && await Task.WhenAny(reading, Task.Delay(Patience, limit.Token)) != reading)
                {
                    client.Client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // The miner has closed the connection before all was sent.
            }

            await reading;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // What came before the end counts.
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{named} kept its connection for {MaxTime.TotalSeconds} s."));
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    [GeneratedRegex("HTTP/1\\.[01] (?<status>[0-9]{3}) ", RegexOptions.ExplicitCapture)]
    private static partial Regex StatusLine();
}
