namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// This machine's clock against the <c>Date</c> of one server's answer. <c>btauth/1</c> takes requests from 10 s back to 2 s ahead of the
/// miner's clock, v10 from 4 s and the caller's timeout back to 15 s ahead.
/// </summary>
internal sealed class ClockCheck(HttpClient http, Uri server, TimeProvider clock) : ICheck
{
    private const string Synchronise = "Turn on time synchronisation (NTP) on this machine: timedatectl set-ntp true, or w32tm /resync.";

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
            // A cached answer carries the time at which it was written.
            if (response.Headers.Date is not { } said || response.Headers.Age > TimeSpan.Zero)
            {
                return Finding.Skipped($"not known: {server.Host} does not say what time it is");
            }

            date = said;
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return Finding.Skipped($"not known: {server.Host} did not answer");
        }

        // The date is cut off to seconds, and the server wrote it at some moment between the request and the response.
        var (atLeast, atMost) = (sent - date - TimeSpan.FromSeconds(1), clock.GetUtcNow() - date);
        var ahead = (atLeast + atMost) / 2;
        var off =
            ahead.Duration() < TimeSpan.FromSeconds(1) || (atLeast <= TimeSpan.Zero && atMost >= TimeSpan.Zero)
                ? $"agrees with {server.Host} to {Math.Max(atLeast.Duration().TotalSeconds, atMost.Duration().TotalSeconds):0.0} s"
                : $"{ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} {server.Host}";

        // Only a certain difference is a fault: a slow response leaves room for doubt.
        return atLeast > TooMuch || atMost < -TooMuch ? Finding.Failed($"{off}: signed challenges are refused as stale", Synchronise)
            : atLeast > MuchAhead || atMost < -MuchBehind
                ? Finding.Warning($"{off}: some signed challenges are refused as stale", Synchronise)
            : Finding.Well(off);
    }
}
