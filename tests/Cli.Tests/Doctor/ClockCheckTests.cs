using System.Net;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Doctor.Checks;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

public sealed class ClockCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);
    private readonly ClockWitnesses _witnesses;

    public ClockCheckTests() => _witnesses = new(_clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, "Well")]
    [InlineData(-1, "Well")]
    [InlineData(-4, "Well")]
    [InlineData(-6, "Warning")]
    [InlineData(2, "Well")]
    [InlineData(3, "Warning")]
    [InlineData(-12, "Failed")]
    [InlineData(3600, "Failed")]
    public async Task A_clock_that_is_off_is_found_out(int serverIsAheadBy, string level)
    {
        Hear(serverIsAheadBy);

        var finding = await FindAsync();

        Assert.Equal(level, finding.Level.ToString());
    }

    [Theory]
    [InlineData(3600, "behind server.example")]
    [InlineData(-3600, "ahead of server.example")]
    public async Task It_is_said_which_way(int serverIsAheadBy, string words)
    {
        Hear(serverIsAheadBy);

        var finding = await FindAsync();

        Assert.Contains(words, finding.Detail, StringComparison.Ordinal);
        Assert.Contains("NTP", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_answer_leaves_room_for_doubt_and_a_quick_one_does_not()
    {
        Hear(-6, took: 8);
        var doubtful = await FindAsync();
        Hear(-6);
        var certain = await FindAsync();

        Assert.Equal((FindingLevel.Well, FindingLevel.Warning), (doubtful.Level, certain.Level));
    }

    [Fact]
    public async Task What_a_cache_kept_is_no_witness()
    {
        Hear(-300, age: 300);

        Assert.Equal(FindingLevel.Skipped, (await FindAsync()).Level);
    }

    [Fact]
    public async Task The_clock_waits_for_the_others_but_not_for_ever()
    {
        var never = new TaskCompletionSource();
        Hear(0);

        var finding = new ClockCheck(_witnesses, never.Task, _clock).RunAsync(Stop);
        Assert.False(finding.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(FindingLevel.Well, (await finding).Level);
    }

    private Task<Finding> FindAsync() => new ClockCheck(_witnesses, Task.CompletedTask, _clock).RunAsync(Stop);

    private void Hear(int serverIsAheadBy, int took = 0, int age = 0)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = new(HttpMethod.Get, "https://server.example/") };
        response.Headers.Date = Now.AddSeconds(serverIsAheadBy);
        response.Headers.Age = age > 0 ? TimeSpan.FromSeconds(age) : null;
        _witnesses.Hear(response, Now.AddSeconds(-took));
    }
}
