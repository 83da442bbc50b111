namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// Compares this machine's clock with the <c>Date</c> header of one server. A miner accepts <c>btauth/1</c> requests from 10 s behind to 2
/// s ahead of its clock, and v10 requests from 4 s plus the caller's timeout behind to 15 s ahead.
/// </summary>
internal sealed class ClockCheck(HttpClient http, Uri server, TimeProvider clock) : ICheck
{
    private const string Synchronize = "Turn on time synchronization (NTP) on this machine: timedatectl set-ntp true, or w32tm /resync.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MuchAhead = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MuchBehind = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TooMuch = TimeSpan.FromSeconds(10);

    public string Name => "clock";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(Patience);
        var sent = clock.GetUtcNow();
        DateTimeOffset date;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, server);
            using var response = await http.SendAsync(request, late.Token);
            // A cached response has the time at which it was cached.
            if (response.Headers.Date is not { } said || response.Headers.Age > TimeSpan.Zero)
            {
                return Finding.Skipped($"unknown: {server.Host} sent no Date header");
            }

            date = said;
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return Finding.Skipped($"unknown: {server.Host} did not answer");
        }

        // The date is truncated to seconds, and the server wrote it at some time between the request and the response.
        var (atLeast, atMost) = (sent - date - TimeSpan.FromSeconds(1), clock.GetUtcNow() - date);
        var ahead = (atLeast + atMost) / 2;
        var off =
            ahead.Duration() < TimeSpan.FromSeconds(1) || (atLeast <= TimeSpan.Zero && atMost >= TimeSpan.Zero)
                ? $"agrees with {server.Host} to within {Math.Max(atLeast.Duration().TotalSeconds, atMost.Duration().TotalSeconds):0.0} s"
                : $"{ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} {server.Host}";

        // Only a difference that is certain fails the check: a slow response leaves it uncertain.
        return atLeast > TooMuch || atMost < -TooMuch ? Finding.Failed($"{off}: signed challenges are refused as stale", Synchronize)
            : atLeast > MuchAhead || atMost < -MuchBehind
                ? Finding.Warning($"{off}: some signed challenges are refused as stale", Synchronize)
            : Finding.Passed(off);
    }
}
