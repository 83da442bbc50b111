using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Tools.Starting;

/// <summary>A challenge of the subnet: the USDT/CNY price one hour from now.</summary>
public sealed record Challenge(DateTimeOffset AskedAt)
{
    /// <summary>The body as a v10 dendrite sends it.</summary>
    public string Body =>
        $$$"""{"name":"Challenge","timestamp":"{{{AskedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","timeout":12.0,"prediction":null,"interval":null,"axon":{},"dendrite":{}}""";

    public static Challenge Now() => new(TimeProvider.System.GetUtcNow());

    /// <param name="client">A client with the miner's base address.</param>
    /// <param name="validator">Signs the challenge; null for a miner that requires no signature.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<ChallengeReply> SendAsync(HttpClient client, DevelopmentValidator? validator, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "Challenge")
        {
            Content = new StringContent(Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach (var (name, value) in validator?.Sign(client.BaseAddress!) ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return ChallengeReply.Read(response, body) with { Took = Stopwatch.GetElapsedTime(started), AskedAt = AskedAt };
        }
        catch (Exception exception)
            when (exception is HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new CommandException(
                $"The miner did not answer the challenge ({exception.Message.TrimEnd('.')}): see its log, and try again with --verbose."
            );
        }
    }
}

/// <summary>The response to a challenge.</summary>
public sealed record ChallengeReply
{
    public int Status { get; init; }

    /// <summary>CNY per USDT; null if the miner gave no forecast.</summary>
    public double? Price { get; init; }

    public (double Lower, double Upper)? Interval { get; init; }

    /// <summary><c>coingecko</c>, <c>simulated</c> or <c>recording</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Name and version of the model that answered.</summary>
    public string? Model { get; init; }

    public required string Body { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public TimeSpan Took { get; init; }

    public bool HoldsForecast => Status == 200 && Price is not null;

    internal static ChallengeReply Read(HttpResponseMessage response, string body)
    {
        var reply = new ChallengeReply
        {
            Status = (int)response.StatusCode,
            Body = body,
            Model = Header(response, "x-bittbridge-model"),
            Source = Header(response, "x-bittbridge-price-source"),
        };
        try
        {
            var answer = JsonSerializer.Deserialize<Answer>(body, JsonSerializerOptions.Web);
            return reply with { Price = answer?.Prediction, Interval = answer?.Interval is [var lower, var upper] ? (lower, upper) : null };
        }
        catch (JsonException)
        {
            return reply;
        }
    }

    /// <summary>The answer in words.</summary>
    internal string InWords(PriceChoice prices)
    {
        if (!HoldsForecast)
        {
            return $"no forecast: the miner answered {Status} {Body}";
        }

        var level = double.TryParse(Environment.GetEnvironmentVariable("Bittbridge__Level"), CultureInfo.InvariantCulture, out var set)
            ? set
            : 0.90;
        var between = Interval is { } interval
            ? $"with {level * 100:0.##} % between {interval.Lower:0.0000} and {interval.Upper:0.0000}"
            : "without an interval";
        return $"1 USDT will be about {Price:0.0000} CNY at {AskedAt.AddHours(1).UtcDateTime:HH:mm} UTC; {between}; source: "
            + $"{prices.SourceInWords(Source)}";
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private sealed record Answer(double? Prediction, double[]? Interval);
}

/// <summary>Signs challenges as a validator does, in the v10 format, with the development key <c>//Alice</c>.</summary>
/// <param name="miner">The miner's address; a signature is valid for one miner only.</param>
public sealed class DevelopmentValidator(Ss58Address miner) : IDisposable
{
    public const string Name = "//Alice";

    private readonly HotkeyPair _pair = DevelopmentKey.Derive(Name);
    private readonly string _session = Guid.NewGuid().ToString();

    /// <summary>The headers of a request that is sent now.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(Uri address) =>
        new V10Signer(_pair, _session).Sign(
            SynapseNames.Challenge,
            miner,
            address.Host,
            address.Port,
            UnixNanoseconds.Of(TimeProvider.System.GetUtcNow()),
            TimeSpan.FromSeconds(12)
        );

    public void Dispose() => _pair.Dispose();
}
