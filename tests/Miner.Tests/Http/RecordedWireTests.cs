using System.Globalization;
using System.Text.Json;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>
/// Every recorded request of both wire formats, byte for byte over a socket, through the whole request flow with the access of the
/// recordings.
/// </summary>
public sealed class RecordedWireTests
{
    private readonly MovableClock _clock = new();

    [Theory]
    [InlineData("fixtures/v10-cases.jsonl", 75)]
    [InlineData("fixtures/btauth-cases.jsonl", 35)]
    [InlineData("fixtures/dendrite-recordings.jsonl", 16)]
    public async Task Every_request_gets_the_status_that_is_right_for_it(string file, int count)
    {
        var cases = RecordedFacts.Lines(file).Select(RecordedRequest.Read).ToList();
        Assert.Equal(count, cases.Count);
        await using var miner = await StartAsync(Time(cases[0][0].Now));
        List<string> wrong = [];
        foreach (var step in cases.SelectMany(steps => steps))
        {
            _clock.Now = Time(step.Now);
            var answer = await miner.SendRawAsync(step.OnTheWire());
            var status = answer.Length == 0 ? (int?)null : int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (
                !step.Want.Contains(status)
                || (status is not null and not 200 && !Explains(answer))
                || (status is 200 && !Answers(step, answer))
            )
            {
                wrong.Add(
                    $"{step.Case} step {step.Step}: wants {string.Join(" or ", step.Want)}, got {answer[..Math.Min(answer.Length, 2000)]}"
                );
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    // One sentence of its own for an honest caller, and not a word of who is allowed or expected.
    private static bool Explains(string answer)
    {
        var message = Body(answer).GetProperty("message").GetString()!;
        return message.Replace("Not Verified with error: ", "", StringComparison.Ordinal).Length is > 10 and < 300
            && !message.Contains("5F", StringComparison.Ordinal)
            && !message.Contains("5G", StringComparison.Ordinal)
            && answer.Contains("bt_header_axon_status_code: ", StringComparison.Ordinal);
    }

    private static bool Answers(RecordedRequest step, string answer) =>
        step.Target == "/Synapse"
            ? Body(answer).GetProperty("name").GetString() == "Synapse"
            : Body(answer).GetProperty("prediction").ValueKind == JsonValueKind.Number;

    private static JsonElement Body(string answer) =>
        JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private Task<RunningMiner> StartAsync(DateTimeOffset now) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(now),
            [
                ("Bittbridge:Access", "registered"),
                ("Bittbridge:Hotkey", RecordedSubnet.Miner.ToString()),
                ("Bittbridge:Replay", "memory"),
                ("Bittbridge:Limits:PerCallerPerMinute", "0"),
                ("Bittbridge:Limits:PerSecond", "0"),
            ],
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
                services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new RecordedSubnet()));
            }
        );
}
