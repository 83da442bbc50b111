using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>Signs requests to the miner //Bob with a development key, every request with a nonce of its own.</summary>
/// <param name="name">The key, such as <c>//Alice</c>.</param>
/// <param name="clock">By which it signs; the machine's when null.</param>
internal sealed class TestValidator(string name, TimeProvider? clock = null) : IDisposable
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly HotkeyPair _pair = DevelopmentKey.Derive(name);
    private readonly string _session = Guid.NewGuid().ToString();
    private long _lastNonce;

    public static Ss58Address Miner { get; } = DevelopmentKey.Derive("//Bob").Address;

    public Ss58Address Address => _pair.Address;

    /// <summary>A request that may be sent once; <see cref="Again"/> makes its twin.</summary>
    /// <param name="synapse">What it asks for.</param>
    /// <param name="body">Its body; a challenge of now when null.</param>
    /// <param name="timeout">How long it says to wait for the answer, which the miner adds to the time for which it is fresh.</param>
    public HttpRequestMessage Ask(string synapse = SynapseNames.Challenge, string? body = null, TimeSpan? timeout = null)
    {
        body ??= $$"""{"timestamp":"{{ChallengeTimestamp.Format(_clock.GetUtcNow())}}"}""";
        var now = UnixNanoseconds.Of(_clock.GetUtcNow());
        _lastNonce = Math.Max(_lastNonce + 1, now);
        return Request(
            synapse,
            body,
            new V10Signer(_pair, _session).Sign(synapse, Miner, "127.0.0.1", 8091, _lastNonce, timeout ?? TimeSpan.FromSeconds(12))
        );
    }

    /// <summary>The same bytes as another request.</summary>
    public static HttpRequestMessage Again(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(), leaveOpen: true);
        var body = reader.ReadToEnd();
        request.Content.ReadAsStream().Position = 0;
        return Request(
            request.RequestUri!.OriginalString.Split('/')[^1],
            body,
            request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Single()))
        );
    }

    public void Dispose() => _pair.Dispose();

    private static HttpRequestMessage Request(string synapse, string body, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/" + synapse)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
