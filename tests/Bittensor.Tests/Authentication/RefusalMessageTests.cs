using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Tests.Authentication;

/// <summary>The words of every refusal, which an honest caller reads in its log.</summary>
public sealed class RefusalMessageTests
{
    private const long Now = 1_795_361_879_808_416_332;
    private const string Target = "/Challenge";

    private static readonly HotkeyPair Alice = DevelopmentKey.Derive("//Alice");
    private static readonly Ss58Address Bob = DevelopmentKey.Derive("//Bob").Address;
    private static readonly byte[] Body = "{}"u8.ToArray();

    [Theory]
    [InlineData(
        "bt_header_dendrite_hotkey",
        "x",
        400,
        "The header bt_header_dendrite_hotkey is not an ss58 address of format 42, which starts with 5."
    )]
    [InlineData("bt_header_dendrite_version", null, 400, "The header bt_header_dendrite_version is missing or no number.")]
    [InlineData("bt_header_dendrite_version", "10.3", 400, "The header bt_header_dendrite_version is missing or no number.")]
    [InlineData("bt_header_dendrite_version", "7001000", 401, "Bittensor before 7.2 cannot show that a request is fresh")]
    [InlineData("timeout", "soon", 400, "The header timeout is not a finite number of seconds from 0 up.")]
    [InlineData("bt_header_dendrite_nonce", null, 401, "Missing Nonce")]
    [InlineData("bt_header_dendrite_nonce", "0x10", 400, "The header bt_header_dendrite_nonce is not a whole number of nanoseconds.")]
    [InlineData("bt_header_dendrite_nonce", "1795361779808416332", 401, "Nonce is too old: 100.0 s behind the miner's clock")]
    [InlineData("bt_header_dendrite_nonce", "1795361979808416332", 401, "Nonce is too new: 100.0 s ahead of the miner's clock")]
    [InlineData("bt_header_dendrite_uuid", null, 401, "Missing uuid")]
    [InlineData("bt_header_dendrite_uuid", "another", 401, "Signature mismatch")]
    [InlineData("computed_body_hash", null, 400, "The header computed_body_hash is not the hash of a synapse without hash fields.")]
    [InlineData("bt_header_dendrite_signature", null, 401, "Missing Signature")]
    [InlineData("bt_header_dendrite_signature", "0xabc", 400, "The header bt_header_dendrite_signature is not 0x and 128 hex digits.")]
    public void In_v10(string header, string? value, int status, string message) =>
        AssertRefused(
            With(new V10Signer(Alice, "session").Sign("Challenge", Bob, "127.0.0.1", 8091, Now, TimeSpan.FromSeconds(12)), header, value),
            status,
            message
        );

    [Fact]
    public void In_v10_of_a_session_that_is_too_long() =>
        AssertRefused(
            new V10Signer(Alice, new string('a', 257)).Sign("Challenge", Bob, "127.0.0.1", 8091, Now, TimeSpan.FromSeconds(12)),
            400,
            "The header bt_header_dendrite_uuid is longer than 256 characters."
        );

    [Fact]
    public void In_v10_of_a_header_that_came_twice() =>
        AssertRefused(
            [
                .. new V10Signer(Alice, "session").Sign("Challenge", Bob, "127.0.0.1", 8091, Now, TimeSpan.FromSeconds(12)),
                new("bt_header_dendrite_nonce", "1"),
            ],
            400,
            "The header bt_header_dendrite_nonce came more than once."
        );

    [Fact]
    public void In_v10_of_a_caller_that_signs_with_ed25519() =>
        AssertRefused(
            new V10Signer(Alice, "session").Sign("Challenge", Bob, "127.0.0.1", 8091, Now, TimeSpan.FromSeconds(12)),
            401,
            "The hotkey signs with ed25519 alone, and this format knows only sr25519: use btauth/1",
            Alice.PublicKey
        );

    [Theory]
    [InlineData("X-Bittensor-Version", "2", 400, "The header X-Bittensor-Version is not 1.")]
    [InlineData(
        "X-Bittensor-Hotkey",
        null,
        400,
        "The header X-Bittensor-Hotkey is missing or not an ss58 address of format 42, which starts with 5."
    )]
    [InlineData("X-Bittensor-Crypto", "rsa", 400, "The header X-Bittensor-Crypto is neither sr25519 nor ed25519.")]
    [InlineData("X-Bittensor-Crypto", "ed25519", 401, "The hotkey does not sign with ed25519")]
    [InlineData("X-Bittensor-Nonce", null, 400, "The header X-Bittensor-Nonce is missing or no whole number of nanoseconds.")]
    [InlineData("X-Bittensor-Nonce", "1795361779808416332", 401, "Nonce is too old: 100.0 s behind the miner's clock")]
    [InlineData("X-Bittensor-Nonce", "1795361879808416331", 401, "Signature mismatch")]
    [InlineData("X-Bittensor-Signature", null, 400, "The header X-Bittensor-Signature is missing or not 0x and 128 lower-case hex digits.")]
    [InlineData("X-Bittensor-Receiver", null, 401, "Wrong receiver: the request is not bound to this miner's hotkey")]
    public void In_btauth(string header, string? value, int status, string message) =>
        AssertRefused(With(new BtAuthSigner(Alice).Sign("POST", Target, Body, Bob, Now), header, value), status, message);

    /// <summary>The headers with another value of one of them, or without it.</summary>
    private static List<KeyValuePair<string, string>> With(IReadOnlyList<KeyValuePair<string, string>> headers, string name, string? value)
    {
        var others = headers.Where(header => header.Key != name).ToList();
        return value is null ? others : [.. others, new(name, value)];
    }

    private static void AssertRefused(
        IEnumerable<KeyValuePair<string, string>> headers,
        int status,
        string message,
        params PublicKey[] ed25519
    )
    {
        var result = new RequestAuthentication(Bob, ed25519).Authenticate(new("POST", Target, SignedRequests.Headers(headers), Body), Now);

        Assert.Equal(
            (status, status == 401 ? $"Not Verified with error: {message}" : message),
            (result.Refusal?.Status ?? 200, result.Refusal?.Message)
        );
    }
}
