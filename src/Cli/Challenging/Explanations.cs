using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Challenging;

/// <summary>Explains each refusal of a miner, or of a proxy in front of it, and names the remedy.</summary>
internal static class Explanations
{
    private const string Rewritten =
        "Configure the proxy or gateway in between to pass method, path, headers and body unchanged, or call the miner directly.";

    // The first entry applies whose status matches and whose words, if it has any, occur in the message.
    private static readonly (int Status, string? Words, string Meaning, string Remedy)[] OfMiners =
    [
        (
            200,
            null,
            "The miner accepted the challenge but has no forecast: none of its prices is recent enough. A validator counts this "
                + "as no answer.",
            "See the miner's /health/details on its own machine for the reason; 'bittbridge doctor' names the remedy."
        ),
        (
            400,
            "another task",
            "The challenge is for a time that belongs to another task: this miner forecasts USDT/CNY one hour from now.",
            "Set Bittbridge:Netuid to the subnet whose validators ask for USDT/CNY; docs/from-python.md names the tasks and their times."
        ),
        (
            400,
            "from this miner's clock",
            "The challenge is for a time too far from now by the miner's clock, so the clocks differ by minutes.",
            "Set both clocks by NTP; 'bittbridge doctor' says which one is off. Bittbridge:TimestampToleranceMinutes is the allowed "
                + "difference."
        ),
        (400, null, "The miner can't read the request as it arrived.", Rewritten),
        (
            401,
            "too old",
            "The challenge was signed too long ago by the miner's clock: this machine's clock is behind the miner's, or the request was "
                + "delayed on its way.",
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
            "The headers that identify the caller did not arrive. Most likely a proxy in front of the miner drops headers with underscores "
                + "in their names.",
            "On nginx set 'underscores_in_headers on;' and try again. If --format btauth works, this is the cause."
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
            "The signature is invalid: the challenge is signed for another hotkey than the miner's, or something on the way changed it.",
            "Give --miner the address that the miner has as Bittbridge:Hotkey. If it is that one: " + Rewritten
        ),
        (401, "7.2", "The miner does not accept requests from Bittensor before 7.2.", "Use a newer SDK."),
        (
            401,
            "this miner started",
            "The miner has just started, and the challenge was signed before that by this machine's clock, so the miner can't tell "
                + "whether it has seen it.",
            "Try again; if it repeats, this machine's clock is behind: set it by NTP."
        ),
        (
            401,
            "before",
            "The miner has seen this very request already: something on the way sends requests twice.",
            "Try again; if it repeats, turn off the retries of the proxy or gateway in front of the miner."
        ),
        (401, null, "The miner could not authenticate the caller.", "Try again, and compare --miner with the miner's Bittbridge:Hotkey."),
        (
            403,
            null,
            "The signature is valid, but this hotkey may not call: by default it needs a validator permit in the miner's subnet.",
            "Sign with such a hotkey (--hotkey-file), or set the miner's Bittbridge:Access to registered, or to signed to accept every "
                + "valid signature."
        ),
        (
            404,
            null,
            "The miner does not know this path.",
            "Give --url only the miner's address, such as http://203.0.113.7:8091; a proxy in front must not change the path /Challenge."
        ),
        (405, null, "The challenge did not arrive as a POST: something on the way changed the method.", Rewritten),
        (
            408,
            null,
            "The request's body did not arrive in time.",
            "Try again. If it repeats, the connection to the miner is too slow, or a proxy delays bodies."
        ),
        (413, null, "The body is larger than the miner reads; a challenge is far smaller.", Rewritten),
        (
            429,
            "from one hotkey",
            "This hotkey has reached its rate limit for this minute.",
            "Wait a minute, or raise the miner's Bittbridge:Limits:PerCallerPerMinute."
        ),
        (
            429,
            null,
            "The miner is overloaded and refuses callers without a validator permit.",
            "Try again in a moment; a caller with a permit goes first. Bittbridge:Limits:PerSecond on the miner limits the refusals "
                + "that are explained."
        ),
        (500, null, "An unexpected error occurred in the miner.", "Search the miner's log for the id in the message."),
        (
            503,
            "before",
            "The miner can't tell whether it has seen this request already, because its storage is unavailable.",
            "'bittbridge doctor' on its machine says why; a single instance can use Bittbridge:Replay=memory, which needs no storage."
        ),
        (
            503,
            null,
            "The miner does not know who may call: its list of the subnet is missing or too old, because the chain can't be read.",
            "See the part access in the miner's /health/details; 'bittbridge doctor' on its machine tells whether the chain answers. "
                + "Bittbridge:ValidatorsMaxAgeHours is the maximum age of the list."
        ),
    ];

    private static readonly (int Status, string Meaning, string Remedy)[] OfOthers =
    [
        (200, "Something answers there, but it is not a miner.", "Check host and port of --url."),
        (
            401,
            "Something in front of the miner requires a login, which validators do not have.",
            "Turn authentication off in front of the miner: it checks signatures itself."
        ),
        (
            403,
            "Something in front of the miner refuses the request: a firewall, access restrictions, or a host whose app is stopped.",
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
            "The miner, or something in front of it, limits the rate of requests.",
            "Try again in a moment. Bittbridge:Limits:PerSecond is the miner's own limit."
        ),
        (502, "A proxy answers, but can't reach the miner behind it.", "Start the miner, and check the proxy's address for it."),
        (503, "A proxy or host answers, but no miner behind it is ready.", "Start the miner, and check the host's own status."),
        (
            504,
            "A proxy answers, but the miner behind it is too slow or not running.",
            "Start the miner, and check the proxy's address for it."
        ),
    ];

    /// <summary>Explains an answer without a forecast.</summary>
    /// <param name="outcome">An outcome with a status.</param>
    /// <param name="miner">The hotkey that the challenge was signed for.</param>
    public static Explanation OfAnswer(ChallengeOutcome outcome, Ss58Address miner)
    {
        var (status, message) = (outcome.Status!.Value, outcome.Message ?? "");
        if (status is >= 300 and < 400)
        {
            return new(
                "Something in front of the miner redirects callers, most often from http to https; validators do not follow redirects.",
                "Configure it to accept plain HTTP on the miner's address and port."
            );
        }

        // Proxies may drop headers with underscores, so an answer without an axon's headers is still a miner's if its message is one of a
        // miner.
        if (!outcome.SpeaksProtocol && !IsMessageOfMiner(status, message))
        {
            return OfOthers.Where(one => one.Status == status).Select(one => new Explanation(one.Meaning, one.Remedy)).FirstOrDefault()
                ?? new(
                    "Something answers there, but not like a miner.",
                    "Check host and port of --url, and the proxy in front of the miner."
                );
        }

        if (status == 401 && Mentions(message, "Signature", "receiver") && outcome.MinerHotkey is { } other && other != miner.ToString())
        {
            return new(
                $"The challenge is signed for {miner}, but the miner that answered is {other}.",
                $"If that is your miner, use --miner {other}; if not, check host and port of --url."
            );
        }

        return OfMiners
                .Where(one => one.Status == status && (one.Words is null || Mentions(message, one.Words)))
                .Select(one => new Explanation(one.Meaning, one.Remedy))
                .FirstOrDefault()
            ?? new("The miner answers with a status that this version does not know.", "See the miner's log.");
    }

    /// <summary>Explains a connection that failed.</summary>
    public static Explanation OfSilence(HttpRequestError error, Uri url) =>
        error switch
        {
            HttpRequestError.NameResolutionError => new(
                $"The host name {url.Host} does not exist.",
                "Check the spelling of --url, and this machine's DNS. Validators use no names: the chain has an IP address."
            ),
            HttpRequestError.SecureConnectionError => new(
                "The TLS connection failed: the port speaks plain HTTP, or its certificate is invalid.",
                $"Try http:// instead of https://; validators call http://{url.Host}:{url.Port}."
            ),
            HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => new(
                "The server there does not speak HTTP, or it closed the connection: perhaps the port requires TLS.",
                "Check the port; try https:// to see whether it is TLS, and make the miner accept plain HTTP there, because validators "
                    + "do not use TLS."
            ),
            HttpRequestError.ConnectionError => new(
                "Nothing listens at that address and port, or a firewall rejects connections.",
                url.IsLoopback
                    ? "Start the miner (dotnet run eng/start.cs), or give --url the port that it listens on."
                    : "Start the miner, open its port in every firewall on the way, and check --url."
            ),
            _ => new("The connection broke.", "Try again; if it repeats, see the miner's log and check the proxy in front of it."),
        };

    /// <summary>Explains a timeout.</summary>
    public static Explanation OfTimeout() =>
        new(
            "No answer came within the validators' timeout: a firewall drops the request, or the miner hangs or is still starting.",
            "Try again. If it repeats, open the port in every firewall on the way; if the miner's /health/live answers, see its log."
        );

    private static bool IsMessageOfMiner(int status, string message) =>
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
