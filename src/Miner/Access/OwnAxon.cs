using System.Net;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Miner.Access;

/// <summary>Finds out who answers at an address: a miner names its hotkey in every response, including a refusal.</summary>
internal sealed class OwnAxon(HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <param name="address">The address.</param>
    /// <param name="hotkey">The miner's own hotkey.</param>
    /// <param name="ct">Cancels the request.</param>
    /// <returns>What answers, and the hotkey that it names.</returns>
    public async Task<(AxonReach Reach, string? Hotkey)> ProbeAsync(IPEndPoint address, string hotkey, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            // Without a signature, so it is refused at once and uses up no caller's rate limit.
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{address}/{SynapseNames.Challenge}"));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return
                response.Headers.TryGetValues(HeaderNames.AxonHotkey, out var values)
                // Any other text would come into a notification and onto the dashboard.
                && Ss58Address.TryParse(values.FirstOrDefault(), out var named)
                ? (named.ToString() == hotkey ? AxonReach.ThisMiner : AxonReach.OtherMiner, named.ToString())
                : (AxonReach.NoMiner, null);
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (AxonReach.NotReached, null);
        }
    }
}
