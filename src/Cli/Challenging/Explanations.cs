using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Challenging;

/// <summary>What each refusal of the protocol, and of what stands in front of a miner, means and what to do about it.</summary>
internal static class Explanations
{
    private const string Rewritten =
        "Let whatever stands between (proxy, gateway) pass method, path, headers and body unchanged, or ask the miner directly.";

    // Read from the top: the first line whose status fits and whose words stand in the message.
    private static readonly (int Status, string? Words, string Meaning, string Remedy)[] OfMiners =
    [
        (
            200,
            null,
            "The miner took the challenge and has no forecast to give: it knows no price that is fresh enough. A validator counts this "
                + "as no answer.",
            "Ask the miner's /health/details on its own machine for the reason; 'bittbridge doctor' names the remedy."
        ),
        (
            400,
            "another task",
            "The challenge asks for a time that only another task asks for: this miner forecasts USDT/CNY one hour from now.",
            "Set Bittbridge:Netuid to the subnet whose validators ask for USDT/CNY; docs/from-python.md names the tasks and their times."
        ),
        (
            400,
            "from this miner's clock",
            "The challenge is for a time too far from now by the miner's clock, so the clocks differ by minutes.",
            "Set both clocks by NTP; 'bittbridge doctor' says which one is off. Bittbridge:TimestampToleranceMinutes is how far apart "
                + "they may be."
        ),
        (400, null, "The miner can't read the request as it arrived.", Rewritten),
        (
            401,
            "too old",
            "The challenge was signed too long ago by the miner's clock: this machine's clock is behind the miner's, or the request was "
                + "held up on its way.",
            "Set both clocks by NTP; 'bittbridge doctor' says which one is off."
        ),
        (
            401,
            "too new",
            "The challenge was signed in the future by the miner's clock: this machine's clock is ahead of the miner's.",
            "Set both clocks by NTP; 'bittbridge doctor' says which one is off."
        ),
        (
            401,
            "Missing",
            "The headers that say who asks did not arrive. Most likely a proxy in front of the miner drops headers with underscores in "
                + "their names.",
            "On nginx set 'underscores_in_headers on;' and ask again; --format btauth, whose headers have none, tells whether that is it."
        ),
        (
            401,
            "Wrong receiver",
            "The challenge is signed for another hotkey than the miner's.",
            "Give --miner the address that the miner has as Bittbridge:Hotkey."
        ),
        (
            401,
            "Signature",
            "The signature does not hold: the challenge is signed for another hotkey than the miner's, or something on the way changed it.",
            "Give --miner the address that the miner has as Bittbridge:Hotkey. If it is that one: " + Rewritten
        ),
        (401, "7.2", "The miner takes no requests from Bittensor before 7.2.", "Ask with a newer SDK."),
        (
            401,
            "this miner started",
            "The miner has just started, and the challenge was signed before that by this machine's clock, so the miner can't tell "
                + "whether it has seen it.",
            "Ask again; if it repeats, this machine's clock is behind: set it by NTP."
        ),
        (
            401,
            "before",
            "The miner has seen this very request already: something on the way sends requests twice.",
            "Ask again; if it repeats, turn off the retries of the proxy or gateway in front of the miner."
        ),
        (401, null, "The miner does not believe who asks.", "Ask again, and compare --miner with the miner's Bittbridge:Hotkey."),
        (
            403,
            null,
            "The signature holds, but this hotkey may not call: by default only hotkeys with a validator permit in the miner's subnet may.",
            "Sign with such a hotkey (--hotkey-file), or set the miner's Bittbridge:Access to registered, or to signed to let every "
                + "signature in."
        ),
        (
            404,
            null,
            "The miner knows no such path.",
            "Give --url the miner's address alone, such as http://203.0.113.7:8091; a proxy in front must not change the path /Challenge."
        ),
        (405, null, "The challenge did not arrive as a POST: something on the way turned it into another method.", Rewritten),
        (
            408,
            null,
            "The request's body did not arrive in time.",
            "Ask again. If it repeats, the way to the miner is too slow, or a proxy holds bodies back."
        ),
        (413, null, "The body is larger than the miner reads; a challenge is far smaller.", Rewritten),
        (
            429,
            "from one hotkey",
            "This hotkey has had its share of answers for this minute.",
            "Wait a minute, or raise the miner's Bittbridge:Limits:PerCallerPerMinute."
        ),
        (
            429,
            null,
            "The miner has more to do than it may, and puts callers without a validator permit off.",
            "Ask again in a moment; a caller with a permit goes first. Bittbridge:Limits:PerSecond on the miner is the bound of refusals "
                + "that are explained."
        ),
        (
            500,
            null,
            "Something failed inside the miner that nobody expected.",
            "Search the miner's log for the id in the message; it has the details."
        ),
        (
            503,
            "before",
            "The miner can't tell whether it has seen this request already, because its storage is out of reach.",
            "'bittbridge doctor' on its machine says why; for a single instance Bittbridge:Replay=memory does without storage."
        ),
        (
            503,
            null,
            "The miner does not know who may call: its list of the subnet is missing or too old, because the chain can't be read.",
            "See the part access in the miner's /health/details; 'bittbridge doctor' on its machine tells whether the chain answers. "
                + "Bittbridge:ValidatorsMaxAgeHours is how old the list may become."
        ),
    ];

    private static readonly (int Status, string Meaning, string Remedy)[] OfOthers =
    [
        (200, "Something answers there, but it is no miner.", "Check host and port of --url."),
        (
            401,
            "Something in front of the miner asks for a login, which no validator has.",
            "Turn authentication off in front of the miner: it checks signatures itself."
        ),
        (
            403,
            "Not the miner but something in front of it refuses: a firewall, access restrictions, or a host whose app is stopped.",
            "Let every address reach the miner, and start the app; the miner itself checks who asks."
        ),
        (
            404,
            "Something answers there, but it has no /Challenge: another program, a proxy that changes the path, or an app whose "
                + "functions did not load.",
            "Check host and port of --url, and that the proxy forwards /Challenge as it is."
        ),
        (
            429,
            "The miner, or something in front of it, has more requests than it explains.",
            "Ask again in a moment. Bittbridge:Limits:PerSecond on the miner is its own bound."
        ),
        (502, "A proxy answers, and can't reach the miner behind it.", "Start the miner, and check the proxy's address for it."),
        (503, "A proxy or host answers, and has no miner behind it that is ready.", "Start the miner, and look at the host's own status."),
        (
            504,
            "A proxy answers, and the miner behind it was too slow or not there.",
            "Start the miner, and check the proxy's address for it."
        ),
    ];

    /// <summary>Of an answer without a forecast.</summary>
    /// <param name="outcome">It has a status.</param>
    /// <param name="miner">Whom the challenge was signed for.</param>
    public static Explanation OfAnswer(ChallengeOutcome outcome, Ss58Address miner)
    {
        var (status, message) = (outcome.Status!.Value, outcome.Message ?? "");
        if (status is >= 300 and < 400)
        {
            return new(
                "Something in front of the miner sends callers elsewhere, most often from http to https; validators do not go there.",
                "Let it take plain HTTP on the miner's address and port."
            );
        }

        // What carries no axon's headers is judged as a miner's only where it says what a miner says: proxies may drop headers with
        // underscores.
        if (!outcome.SpeaksProtocol && !SaysWhatMinersSay(status, message))
        {
            return OfOthers.Where(one => one.Status == status).Select(one => new Explanation(one.Meaning, one.Remedy)).FirstOrDefault()
                ?? new(
                    "Something answers there, but not as a miner does.",
                    "Check host and port of --url, and what stands in front of the miner."
                );
        }

        if (status == 401 && Mentions(message, "Signature", "receiver") && outcome.MinerHotkey is { } other && other != miner.ToString())
        {
            return new(
                $"The challenge is signed for {miner}, and the miner that answered is {other}.",
                $"If that is your miner, ask with --miner {other}; if not, check host and port of --url."
            );
        }

        return OfMiners
                .Where(one => one.Status == status && (one.Words is null || Mentions(message, one.Words)))
                .Select(one => new Explanation(one.Meaning, one.Remedy))
                .FirstOrDefault()
            ?? new($"The miner answers with a status that this version knows nothing about.", "Look into the miner's log.");
    }

    /// <summary>Of no answer at all.</summary>
    public static Explanation OfSilence(HttpRequestError error, Uri url) =>
        error switch
        {
            HttpRequestError.NameResolutionError => new(
                $"No host has the name {url.Host}.",
                "Check the spelling of --url, and this machine's DNS. Validators use no names: the chain holds an IP address."
            ),
            HttpRequestError.SecureConnectionError => new(
                "No TLS connection came about: the port speaks plain HTTP, or its certificate is not good.",
                $"Try http:// instead of https://; validators call http://{url.Host}:{url.Port}."
            ),
            HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => new(
                "What listens there does not speak HTTP, or it hung up: perhaps the port wants TLS.",
                "Check the port; try https:// to see whether it is TLS, and let the miner take plain HTTP there, for validators do not "
                    + "speak TLS."
            ),
            HttpRequestError.ConnectionError => new(
                "Nothing listens at that address and port, or a firewall turns callers away.",
                url.IsLoopback
                    ? "Start the miner (dotnet run eng/start.cs), or give --url the port that it listens on."
                    : "Start the miner, open its port in every firewall on the way, and check --url."
            ),
            _ => new("The connection broke.", "Ask again; if it repeats, look into the miner's log and at what stands in front of it."),
        };

    /// <summary>Of an answer that took too long.</summary>
    public static Explanation OfTimeout() =>
        new(
            "No answer came in the time that validators wait: a firewall swallows the request, or the miner hangs or still starts.",
            "Ask again. If it repeats, open the port in every firewall on the way; if /health/live of the miner answers, look into its log."
        );

    private static bool SaysWhatMinersSay(int status, string message) =>
        status switch
        {
            200 => Mentions(message, "no forecast"),
            400 => Mentions(message, "The header", "The body", "The field", "The timestamp"),
            401 => Mentions(message, "Not Verified"),
            403 => Mentions(message, "blacklisted"),
            404 => Mentions(message, "Synapse name"),
            429 => Mentions(message, "hotkey", "miner"),
            500 => Mentions(message, "Internal Server Error #"),
            _ => false,
        };

    private static bool Mentions(string message, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (message.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
