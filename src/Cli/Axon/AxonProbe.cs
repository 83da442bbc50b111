using System.Net;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Challenging;
using Bittbridge.Miner.Http;

namespace Bittbridge.Cli.Axon;

/// <summary>
/// Sends a challenge to an address, signed with a new random key, to find out whether a miner answers there and whether it is this one. A
/// refusal with a miner's headers counts as an answer, because the key has no permit.
/// </summary>
internal sealed class AxonProbe(Ss58Address miner, TimeProvider clock)
{
    private static readonly TimeSpan LiveTimeout = TimeSpan.FromSeconds(5);

    public async Task<ProbeResult> AskAsync(IPAddress ip, int port, CancellationToken ct)
    {
        var url = new UriBuilder("http", ip.ToString(), port).Uri;
        using var stranger = HotkeyPair.Create();
        using var validator = new Validator(url, stranger, miner, WireFormat.V10, clock);
        var outcome = await validator.AskAsync(ct);
        var said = $"{outcome.Status} {outcome.Message ?? "with a forecast"}";
        var result = new ProbeResult(
            url.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped),
            IsMiner: false,
            outcome.Status,
            outcome.MinerHotkey,
            "",
            null
        );
        if (!outcome.SpeaksProtocol)
        {
            var alive = outcome.Status is not null && await IsAliveAsync(url, ct);
            return alive
                ? result with
                {
                    Detail = $"the miner's {MinerRoutes.Live} answers there, but a challenge is not answered by a miner: {said}",
                    Remedy =
                        "Let the proxy in front pass /Challenge and headers with underscores in both directions (nginx: "
                        + "underscores_in_headers on;).",
                }
                : result with
                {
                    Detail = outcome.Status is null ? outcome.Message! : "what answers there is not a miner: " + said,
                    Remedy = $"{outcome.Explanation?.Meaning} {outcome.Explanation?.Remedy}",
                };
        }

        if (outcome.MinerHotkey != miner.ToString())
        {
            return result with
            {
                Detail = outcome.MinerHotkey is { } other
                    ? $"a miner answers there, but with another hotkey: {other}"
                    : "a miner answers there, but it names no hotkey",
                Remedy = $"Set Bittbridge:Hotkey of the miner there to {miner}, or put the right address on the chain.",
            };
        }

        // The challenge was signed for this miner just now, so it can only be refused because of the caller.
        return outcome.Status is 200 or 403 or 429
            ? result with
            {
                IsMiner = true,
                Detail =
                    outcome.Status == 200
                        ? "this miner answers there"
                        : $"this miner answers there, and refuses an unknown caller as it should ({said})",
            }
            : result with
            {
                Detail = $"this miner answers there, but it would also refuse a validator: {said}",
                Remedy = $"{outcome.Explanation?.Meaning} {outcome.Explanation?.Remedy}",
            };
    }

    private static async Task<bool> IsAliveAsync(Uri url, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = LiveTimeout };
        try
        {
            using var response = await http.GetAsync(new Uri(url, MinerRoutes.Live), HttpCompletionOption.ResponseHeadersRead, ct);
            return response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == "application/json";
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
