using System.Collections.Concurrent;

namespace Bittbridge.Cli.Doctor;

/// <summary>What time others say it is: the <c>Date</c> of HTTP answers against this machine's clock.</summary>
internal sealed class ClockWitnesses(TimeProvider clock)
{
    private readonly ConcurrentQueue<ClockTestimony> _heard = new();

    /// <summary>The testimony that leaves the least room; null when nobody said anything.</summary>
    public ClockTestimony? Best => _heard.OrderBy(one => one.Most - one.Least).FirstOrDefault();

    /// <summary>A handler that listens to what passes through it.</summary>
    public DelegatingHandler Listen() => new Listener(this);

    /// <summary>Takes note of an answer.</summary>
    /// <param name="response">What was answered.</param>
    /// <param name="sent">When it was asked, by this machine's clock.</param>
    public void Hear(HttpResponseMessage response, DateTimeOffset sent)
    {
        // What a cache kept tells when it was written.
        if (response.Headers.Date is { } date && !(response.Headers.Age > TimeSpan.Zero))
        {
            // Whole seconds, cut off: it was that second at some moment between asking and answering.
            _heard.Enqueue(
                new(
                    response.RequestMessage?.RequestUri?.Host ?? "the server",
                    sent - date - TimeSpan.FromSeconds(1),
                    clock.GetUtcNow() - date
                )
            );
        }
    }

    private sealed class Listener(ClockWitnesses witnesses) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var sent = witnesses.Now;
            var response = await base.SendAsync(request, cancellationToken);
            witnesses.Hear(response, sent);
            return response;
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
