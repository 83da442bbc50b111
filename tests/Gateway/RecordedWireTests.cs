using System.Globalization;
using System.Net;
using Bittbridge.Gateway.Tests.App;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Gateway.Tests;

/// <summary>
/// Every recorded request of both wire formats, byte for byte, to the miner behind the gateway and to its twin without one, with the same
/// clock.
/// </summary>
public sealed class RecordedWireTests
{
    // The request is theirs to tell; these differ between any two requests, and between any two servers.
    private static readonly HashSet<string> OfTheConnection = ["Connection", "Date", "Server"];
    private static readonly HashSet<string> OfTheMoment =
    [
        "Content-Length",
        "bt_header_axon_process_time",
        "bt_header_axon_nonce",
        "bt_header_axon_uuid",
    ];

    private readonly MovableClock _clock = new();

    [Theory]
    [InlineData("fixtures/v10-cases.jsonl", 75)]
    [InlineData("fixtures/btauth-cases.jsonl", 35)]
    [InlineData("fixtures/dendrite-recordings.jsonl", 16)]
    public async Task Every_request_comes_out_the_same_as_without_the_gateway(string file, int count)
    {
        var cases = RecordedFacts.Lines(file).Select(RecordedRequest.Read).ToList();
        Assert.Equal(count, cases.Count);
        _clock.Now = Time(cases[0][0].Now);
        using var authority = new CertificateAuthority();
        using var certificate = authority.Issue(Nginx.AppHost);
        await using var names = new NameServer();
        await using var behind = await RecordedMiner.StartAsync(_clock, certificate);
        await using var twin = await RecordedMiner.StartAsync(_clock);
        await using var nginx = await Nginx.StartAsync(behind.Port, names, authority);
        List<string> wrong = [];
        foreach (var (step, number) in cases.SelectMany(steps => steps).Select((step, number) => (step, number)))
        {
            _clock.Now = Time(step.Now);

            // From an address of its own, since from one they would be a flood.
            var through = await new TestCaller($"127.0.1.{number + 1}").SendAsync(nginx.Port, step.OnTheWire());
            var without = await new TestCaller().SendAsync(twin.Port, step.OnTheWire());
            if (Difference(step, through, without) is { } difference)
            {
                wrong.Add($"{step.Case} step {step.Step}: {difference}\n  through {through.Text}\n  without {without.Text}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static string? Difference(RecordedRequest step, WireAnswer through, WireAnswer without)
    {
        // The gateway passes the challenge and nothing else: a ping by a plain Synapse is answered by the gateway.
        if (!step.Target.StartsWith("/Challenge", StringComparison.Ordinal))
        {
            return through.Status == (int)HttpStatusCode.NotFound ? null : "not the challenge's path, and not 404";
        }

        if (!step.Want.Contains(through.Status))
        {
            return $"wants {string.Join(" or ", step.Want)}";
        }

        if (through.Status != without.Status)
        {
            return "another status";
        }

        if (through.Status == null)
        {
            return null;
        }

        // What nginx judges by itself, it says in its own words: how a request is framed, and which methods there are.
        var isNginxs =
            through.Status is 405 or 413 || (through.Status is 400 && step.Headers.Any(header => header.Key == "Transfer-Encoding"));
        return isNginxs ? (through.Message is { Length: > 10 } ? null : "no sentence") : Difference(through, without);
    }

    private static string? Difference(WireAnswer through, WireAnswer without)
    {
        var headers = Lasting(through).Except(Lasting(without)).Concat(Lasting(without).Except(Lasting(through))).ToList();
        if (headers.Count > 0)
        {
            return "headers differ: " + string.Join(", ", headers);
        }

        return through.Message == without.Message && Prediction(through) == Prediction(without) ? null : "another body";
    }

    private static HashSet<string> Lasting(WireAnswer answer) =>
        [
            .. answer
                .Headers.Where(header => !OfTheConnection.Contains(header.Key))
                .Select(header => OfTheMoment.Contains(header.Key) ? header.Key : $"{header.Key}: {header.Value}"),
        ];

    private static string? Prediction(WireAnswer answer) =>
        answer.Json.TryGetProperty("prediction", out var prediction)
            ? prediction.GetDouble().ToString(CultureInfo.InvariantCulture) + answer.Json.GetProperty("interval").GetRawText()
            : null;

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
