using System.Net;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Doctor.Checks;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

public sealed class ClockCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    [Theory]
    [InlineData(0, "Passed")]
    [InlineData(-1, "Passed")]
    [InlineData(-4, "Passed")]
    [InlineData(-6, "Warning")]
    [InlineData(2, "Passed")]
    [InlineData(3, "Warning")]
    [InlineData(-12, "Failed")]
    [InlineData(3600, "Failed")]
    public async Task A_clock_that_is_off_is_detected(int serverIsAheadBy, string level) =>
        Assert.Equal(level, (await FindAsync(new Server(_clock) { IsAheadBy = serverIsAheadBy })).Level.ToString());

    [Theory]
    [InlineData(3600, "behind server.example")]
    [InlineData(-3600, "ahead of server.example")]
    public async Task The_direction_is_reported(int serverIsAheadBy, string words)
    {
        var finding = await FindAsync(new Server(_clock) { IsAheadBy = serverIsAheadBy });

        Assert.Contains(words, finding.Detail, StringComparison.Ordinal);
        Assert.Contains("NTP", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_answer_makes_the_difference_uncertain_and_a_quick_one_does_not()
    {
        var doubtful = await FindAsync(new Server(_clock) { IsAheadBy = -14, Takes = 8 });
        var certain = await FindAsync(new Server(_clock) { IsAheadBy = -6 });

        Assert.Equal((FindingLevel.Warning, FindingLevel.Warning), (doubtful.Level, certain.Level));
        Assert.Equal(FindingLevel.Failed, (await FindAsync(new Server(_clock) { IsAheadBy = -14 })).Level);
    }

    [Fact]
    public async Task A_cached_answer_says_nothing_of_the_time() =>
        Assert.Equal(FindingLevel.Skipped, (await FindAsync(new Server(_clock) { IsAheadBy = -300, Age = 300 })).Level);

    [Fact]
    public async Task A_server_that_is_out_of_reach_leaves_the_clock_unknown()
    {
        var finding = await FindAsync(new Server(_clock) { IsUnavailable = true });

        Assert.Equal((FindingLevel.Skipped, "unknown: server.example did not answer"), (finding.Level, finding.Detail));
    }

    private async Task<Finding> FindAsync(Server server)
    {
        using var http = new HttpClient(server);
        return await new ClockCheck(http, new("https://server.example"), _clock).RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A server with a clock of its own.</summary>
    private sealed class Server(FakeTimeProvider clock) : HttpMessageHandler
    {
        public int IsAheadBy { get; init; }

        public int Takes { get; init; }

        public int Age { get; init; }

        public bool IsUnavailable { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsUnavailable)
            {
                throw new HttpRequestException("no route");
            }

            clock.Advance(TimeSpan.FromSeconds(Takes));
            var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
            response.Headers.Date = clock.GetUtcNow().AddSeconds(IsAheadBy);
            response.Headers.Age = Age > 0 ? TimeSpan.FromSeconds(Age) : null;
            return Task.FromResult(response);
        }
    }
}
