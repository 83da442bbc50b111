using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Bittbridge.Tools.Starting;

/// <summary>A question of the subnet: what will USDT/CNY be one hour from now?</summary>
public sealed record Challenge(DateTimeOffset AskedAt)
{
    /// <summary>The body as a v10 dendrite sends it.</summary>
    public string Body => $$$"""{"name":"Challenge","timestamp":"{{{AskedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}}","timeout":12.0,"prediction":null,"interval":null,"axon":{},"dendrite":{}}""";

    public static Challenge Now() => new(TimeProvider.System.GetUtcNow());

    /// <param name="client">Its base address is the miner's.</param>
    /// <param name="validator">Signs it; null for a miner that asks for no signature.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ChallengeReply> SendAsync(HttpClient client, DevelopmentValidator? validator, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "Challenge") { Content = new StringContent(Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        validator?.Sign(request, client.BaseAddress!, TimeSpan.FromSeconds(12));
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return Read(response, body) with { Took = Stopwatch.GetElapsedTime(started), AskedAt = AskedAt };
        }
        catch (HttpRequestException problem)
        {
            throw new CannotContinueException($"The miner did not answer the challenge ({problem.Message.TrimEnd('.')}): see its log, and try again with --verbose.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CannotContinueException($"The miner did not answer the challenge within {client.Timeout.TotalSeconds:0} s: see its log, and try again with --verbose.");
        }
    }

    private static ChallengeReply Read(HttpResponseMessage response, string body)
    {
        var reply = new ChallengeReply
        {
            Status = (int)response.StatusCode,
            Body = body,
            Source = response.Headers.TryGetValues("x-bittbridge-price-source", out var sources) ? sources.First() : null,
        };
        try
        {
            using var json = JsonDocument.Parse(body);
            var price = json.RootElement.GetProperty("prediction");
            var interval = json.RootElement.GetProperty("interval");
            return price.ValueKind != JsonValueKind.Number ? reply : reply with
            {
                Price = price.GetDouble(),
                Interval = interval.ValueKind == JsonValueKind.Array && interval.GetArrayLength() == 2 ? (interval[0].GetDouble(), interval[1].GetDouble()) : null,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return reply;
        }
    }
}
