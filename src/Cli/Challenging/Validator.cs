using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Challenging;

/// <summary>The client side of the protocol, like the SDK's dendrite.</summary>
internal sealed class Validator(Uri miner, HotkeyPair caller, Ss58Address hotkey, string format, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(12);

    // Validators call an IP address directly: without this machine's web proxy, and without following redirects.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = miner.HostNameType == UriHostNameType.Dns && !miner.IsLoopback }
    )
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = 1024 * 1024,
    };
    private readonly V10Signer _v10 = new(caller, Guid.NewGuid().ToString());
    private readonly BtAuthSigner _btAuth = new(caller);

    public async Task<ChallengeOutcome> AskAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        using var request = Request(now);
        var started = clock.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            var outcome = Read(now, response, body, clock.GetElapsedTime(started).TotalMilliseconds) with
            {
                MinerHotkey = Header(response, "bt_header_axon_hotkey"),
                SpeaksProtocol = response.Headers.Any(header =>
                    header.Key.StartsWith("bt_header_axon_", StringComparison.OrdinalIgnoreCase)
                ),
            };
            return outcome.Prediction is null ? outcome with { Explanation = Explanations.OfAnswer(outcome, hotkey) } : outcome;
        }
        catch (HttpRequestException exception)
        {
            return Nothing(
                now,
                $"nothing answers at {Shown.Url(miner)} ({exception.Message.TrimEnd('.')}): is the miner running there?",
                started
            ) with
            {
                Explanation = Explanations.OfSilence(exception.HttpRequestError, miner),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Nothing(now, $"no answer within {Timeout.TotalSeconds:0} s: a validator would count nothing", started) with
            {
                Explanation = Explanations.OfTimeout(),
            };
        }
    }

    public void Dispose() => _http.Dispose();

    private ChallengeOutcome Nothing(DateTimeOffset now, string message, long started) =>
        new(now, null, message, null, null, null, null, null, clock.GetElapsedTime(started).TotalMilliseconds);

    private HttpRequestMessage Request(DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""{"name":"Challenge","timeout":12.0,"total_size":0,"header_size":0,"dendrite":{},"axon":{},"computed_body_hash":"","timestamp":"{{ChallengeTimestamp.Format(now)}}","prediction":null,"interval":null}"""
        );
        var target = new Uri(miner, "/" + SynapseNames.Challenge);
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var nonce = UnixNanoseconds.Of(now);
        var headers =
            format == "btauth"
                ? _btAuth.Sign("POST", target.PathAndQuery, body, hotkey, nonce)
                : _v10.Sign(SynapseNames.Challenge, hotkey, target.Host, target.Port, nonce, Timeout);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static ChallengeOutcome Read(DateTimeOffset now, HttpResponseMessage response, string body, double ms)
    {
        var (status, source, model) = (
            (int)response.StatusCode,
            Header(response, "x-bittbridge-price-source"),
            Header(response, "x-bittbridge-model")
        );
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("no object");
            }

            if (status == 200 && root.TryGetProperty("prediction", out var prediction) && prediction.ValueKind == JsonValueKind.Number)
            {
                var bounds =
                    root.TryGetProperty("interval", out var interval)
                    && interval.ValueKind == JsonValueKind.Array
                    && interval.GetArrayLength() == 2
                    && interval.EnumerateArray().All(bound => bound.ValueKind == JsonValueKind.Number)
                        ? interval.EnumerateArray().Select(bound => (double?)bound.GetDouble()).ToArray()
                        : [null, null];
                return new(now, status, null, prediction.GetDouble(), bounds[0], bounds[1], source, model, ms);
            }

            var words =
                root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString()
                : status == 200 && root.TryGetProperty("prediction", out _) ? "the miner has no forecast to give: see its /health/details"
                : null;
            return new(now, status, words ?? Unexplained(status), null, null, null, source, model, ms);
        }
        // InvalidOperationException for half a surrogate pair, which is valid JSON but can't be read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new(now, status, Unexplained(status) + " and without valid JSON: is that a miner?", null, null, null, source, model, ms);
        }
    }

    private static string Unexplained(int status) => $"it answered {status} without a message";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
