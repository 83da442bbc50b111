using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Challenging;

namespace Bittbridge.Cli.Tests.Challenging;

public sealed class ExplanationsTests
{
    private static readonly Ss58Address Bob = DevelopmentKey.Derive("//Bob").Address;

    [Theory]
    [InlineData(
        400,
        "The timestamp 2020-01-01T00:00:00Z is more than 10 minutes from this miner's clock: it forecasts USDT/CNY one hour from now and "
            + "nothing else.",
        "NTP"
    )]
    [InlineData(400, "The header bt_header_dendrite_nonce is not a whole number of nanoseconds.", "unchanged")]
    [InlineData(400, "The body is not a JSON object.", "unchanged")]
    [InlineData(401, "Not Verified with error: Nonce is too old: 70.2 s behind the miner's clock", "this machine's clock is behind")]
    [InlineData(401, "Not Verified with error: Nonce is too new: 20.0 s ahead of the miner's clock", "this machine's clock is ahead")]
    [InlineData(401, "Not Verified with error: Missing hotkey: the request is not signed", "underscores_in_headers on;")]
    [InlineData(401, "Not Verified with error: Signature mismatch", "--miner")]
    [InlineData(401, "Not Verified with error: Wrong receiver: the request is not bound to this miner's hotkey", "--miner")]
    [InlineData(401, "Not Verified with error: Bittensor before 7.2 cannot show that a request is fresh", "newer SDK")]
    [InlineData(401, "Not Verified with error: Nonce was used before: every request is signed anew", "sends requests twice")]
    [InlineData(401, "Not Verified with error: something new", "--miner")]
    [InlineData(403, "Forbidden. Key is blacklisted: no validator permit.", "Bittbridge:Access")]
    [InlineData(404, "Synapse name 'X' not found. Available synapses ['Synapse', 'Challenge']", "--url")]
    [InlineData(
        401,
        "Not Verified with error: Nonce is from before this miner started 1.5 s ago, so it can't tell whether it was used: sign the "
            + "request anew",
        "this machine's clock is behind"
    )]
    [InlineData(404, "Synapse name 'Challenge' is found at the path '/Challenge' alone, not at '/Challenge/'", "--url")]
    [InlineData(405, "Send the challenge with POST.", "unchanged")]
    [InlineData(408, "Response timeout after: 5s", "too slow")]
    [InlineData(413, "The body is larger than 16384 bytes.", "unchanged")]
    [InlineData(429, "More than 60 requests a minute from one hotkey: wait a minute.", "PerCallerPerMinute")]
    [InlineData(429, "This miner is busy with other callers: ask again in a moment.", "PerSecond")]
    [InlineData(500, "Internal Server Error #8d1f", "log")]
    [InlineData(503, "This miner can't tell at the moment who may call: ask again later.", "ValidatorsMaxAgeHours")]
    [InlineData(
        503,
        "This miner can't tell now whether the request came before: sign it anew and try again later.",
        "storage is unavailable"
    )]
    [InlineData(200, "the miner has no forecast to give", "/health/details")]
    public void Each_refusal_of_a_miner_has_a_remedy_of_its_own(int status, string message, string word)
    {
        var explanation = Explanations.OfAnswer(Outcome(status, message, speaksProtocol: true), Bob);

        Assert.Contains(word, explanation.Meaning + explanation.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "redirects callers")]
    [InlineData(307, "redirects callers")]
    [InlineData(401, "requires a login")]
    [InlineData(403, "firewall")]
    [InlineData(404, "/Challenge")]
    [InlineData(429, "limits the rate of requests")]
    [InlineData(502, "A proxy answers")]
    [InlineData(503, "A proxy or host answers")]
    [InlineData(504, "A proxy answers")]
    [InlineData(200, "not a miner")]
    [InlineData(418, "not like a miner")]
    public void Another_server_is_distinguished_from_a_miner(int status, string word)
    {
        var explanation = Explanations.OfAnswer(Outcome(status, "it answered without a message", speaksProtocol: false), Bob);

        Assert.Contains(word, explanation.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_miner_behind_a_proxy_that_drops_its_headers_is_recognized_by_its_message()
    {
        var explanation = Explanations.OfAnswer(Outcome(403, "Forbidden. Key is blacklisted: no permit.", speaksProtocol: false), Bob);

        Assert.Contains("Bittbridge:Access", explanation.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_answer_names_another_hotkey_the_remedy_names_it()
    {
        var dave = DevelopmentKey.Derive("//Dave").Address.ToString();

        var explanation = Explanations.OfAnswer(
            Outcome(401, "Not Verified with error: Signature mismatch", speaksProtocol: true) with
            {
                MinerHotkey = dave,
            },
            Bob
        );

        Assert.Contains($"--miner {dave}", explanation.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, "Nothing listens")]
    [InlineData(HttpRequestError.NameResolutionError, "The host name miner.example does not exist")]
    [InlineData(HttpRequestError.SecureConnectionError, "TLS")]
    [InlineData(HttpRequestError.ResponseEnded, "does not speak HTTP")]
    [InlineData(HttpRequestError.InvalidResponse, "does not speak HTTP")]
    [InlineData(HttpRequestError.Unknown, "broke")]
    public void A_failed_connection_is_explained_by_its_cause(HttpRequestError error, string word) =>
        Assert.Contains(word, Explanations.OfSilence(error, new("https://miner.example:8091/")).Meaning, StringComparison.Ordinal);

    private static ChallengeOutcome Outcome(int status, string message, bool speaksProtocol) =>
        new(default, status, message, null, null, null, null, null, 1) { SpeaksProtocol = speaksProtocol };
}
