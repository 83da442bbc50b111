using System.Net.Http.Headers;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Wire;

/// <summary>Sends challenges to a miner as the SDK's dendrite does: for tools and tests, which play a validator.</summary>
/// <param name="miner">Scheme, host and port of the miner.</param>
/// <param name="caller">The key that signs; the owner disposes of it.</param>
/// <param name="hotkey">The miner's address; a signature is valid for one miner only.</param>
/// <param name="format">How to sign.</param>
/// <param name="clock">The clock of timestamps and nonces.</param>
public sealed class Dendrite(Uri miner, HotkeyPair caller, Ss58Address hotkey, WireFormat format, TimeProvider clock) : IDisposable
{
    // Validators call an IP address directly: without this machine's web proxy, and without following redirects.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = miner.HostNameType == UriHostNameType.Dns && !miner.IsLoopback,
            // Before the miner closes an idle connection, on which a request could be lost: the SDK's axon does after five seconds.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
        }
    )
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = 1024 * 1024,
    };
    private readonly V10Signer _v10 = new(caller, Guid.NewGuid().ToString());
    private readonly BtAuthSigner _btAuth = new(caller);

    /// <summary>How long a validator waits for an answer.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(12);

    /// <summary>How long this one waits: as a validator does, unless set otherwise.</summary>
    public TimeSpan Patience
    {
        get => _http.Timeout;
        init => _http.Timeout = value;
    }

    /// <summary>The body of a challenge for the price one hour after <paramref name="time"/>.</summary>
    public static string BodyAt(DateTimeOffset time) =>
        $$"""{"name":"Challenge","timeout":12.0,"total_size":0,"header_size":0,"dendrite":{},"axon":{},"computed_body_hash":"","timestamp":"{{ChallengeTimestamp.Format(time)}}","prediction":null,"interval":null}""";

    /// <summary>Asks once.</summary>
    /// <exception cref="HttpRequestException">No HTTP answer came.</exception>
    /// <exception cref="OperationCanceledException">The answer took too long, or the caller canceled the request.</exception>
    public async Task<ChallengeReply> AskAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        using var request = Request(now);
        var started = clock.GetTimestamp();
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // JSON is UTF-8, whatever encoding the header names.
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return ChallengeReply.Read(now, response, Encoding.UTF8.GetString(body), clock.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetBytes(BodyAt(now));
        var target = new Uri(miner, "/" + SynapseNames.Challenge);
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var nonce = UnixNanoseconds.Of(now);
        var headers =
            format == WireFormat.BtAuth1
                ? _btAuth.Sign("POST", target.PathAndQuery, body, hotkey, nonce)
                : _v10.Sign(SynapseNames.Challenge, hotkey, target.Host, target.Port, nonce, Timeout);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
