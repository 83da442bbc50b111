using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Authentication;

public sealed class RequestAuthenticationTests
{
    private const long Now = 1_795_361_879_808_416_332;
    private const long Second = 1_000_000_000;
    private const string Body = """{"timestamp":"2026-11-22T15:37:59+00:00"}""";

    private static readonly HotkeyPair Alice = DevelopmentKey.Derive("//Alice");
    private static readonly Ss58Address Bob = DevelopmentKey.Derive("//Bob").Address;
    private static readonly byte[] BodyBytes = System.Text.Encoding.UTF8.GetBytes(Body);

    private static readonly string[] V10Names =
    [
        "timeout",
        "computed_body_hash",
        "bt_header_dendrite_version",
        "bt_header_dendrite_nonce",
        "bt_header_dendrite_uuid",
        "bt_header_dendrite_hotkey",
        "bt_header_dendrite_signature",
    ];

    private static readonly string[] BtAuthNames =
    [
        "X-Bittensor-Version",
        "X-Bittensor-Hotkey",
        "X-Bittensor-Receiver",
        "X-Bittensor-Nonce",
        "X-Bittensor-Crypto",
        "X-Bittensor-Signature",
    ];

    [Fact]
    public void A_v10_request_names_its_caller()
    {
        var caller = Verified(V10(Now - Second, "session", 5), Now);
        Assert.Equal(Alice.Address, caller.Hotkey);
        Assert.Equal(WireFormat.V10, caller.Format);
        Assert.Equal("session", caller.Session);
        Assert.Equal(Now - Second, caller.Nonce);
        Assert.Equal(TimeSpan.FromSeconds(5), caller.Timeout);
        Assert.Equal(new NonceWindow(Now - 9 * Second, Now + 15 * Second), caller.NonceWindow);
        Assert.Equal(caller.Nonce + 64 * Second, caller.ReplayableUntil);
    }

    [Fact]
    public void A_btauth_request_names_its_caller()
    {
        var caller = Verified(BtAuth(Now - Second), Now);
        Assert.Equal(Alice.Address, caller.Hotkey);
        Assert.Equal(WireFormat.BtAuth1, caller.Format);
        Assert.Equal("", caller.Session);
        Assert.Equal(Now - Second, caller.Nonce);
        Assert.Equal(TimeSpan.FromSeconds(12), caller.Timeout);
        Assert.Equal(new NonceWindow(Now - 10 * Second - 1, Now + 2 * Second + 1), caller.NonceWindow);
        Assert.Equal(caller.Nonce + 10 * Second, caller.ReplayableUntil);
    }

    [Theory]
    [InlineData(12, -16 * Second, 401)]
    [InlineData(12, -16 * Second + 1, 200)]
    [InlineData(12, 15 * Second - 1, 200)]
    [InlineData(12, 15 * Second, 401)]
    [InlineData(0, -4 * Second + 1, 200)]
    [InlineData(0, -4 * Second, 401)]
    [InlineData(60, -64 * Second + 1, 200)]
    [InlineData(100_000, -64 * Second + 1, 200)]
    [InlineData(100_000, -64 * Second, 401)]
    public void The_window_of_v10_is_four_seconds_and_the_timeout_back_and_fifteen_ahead(double timeout, long offset, int status) =>
        Assert.Equal(status, Status(V10(Now + offset, "session", timeout)));

    [Theory]
    [InlineData(-16 * Second, 401)]
    [InlineData(-16 * Second + 1, 200)]
    public void Without_a_timeout_the_window_of_v10_is_that_of_twelve_seconds(long offset, int status) =>
        Assert.Equal(status, Status(With(V10(Now + offset, "session", 60), "timeout", null)));

    [Theory]
    [InlineData(-10 * Second, 200)]
    [InlineData(-10 * Second - 1, 401)]
    [InlineData(2 * Second, 200)]
    [InlineData(2 * Second + 1, 401)]
    public void The_window_of_btauth_is_ten_seconds_back_and_two_ahead(long offset, int status) =>
        Assert.Equal(status, Status(BtAuth(Now + offset)));

    [Fact]
    public void A_nonce_is_stale_to_everybody_after_the_moment_until_which_it_must_be_remembered()
    {
        foreach (var (nonce, headers) in new[] { (Now, V10(Now, "session", 60)), (Now, BtAuth(Now)) })
        {
            var until = Verified(headers, nonce).ReplayableUntil;
            Assert.False(Judge(headers, until + 1).IsVerified);
        }
    }

    [Theory]
    [InlineData("timeout", "NaN", 400)]
    [InlineData("timeout", "Infinity", 400)]
    [InlineData("timeout", "inf", 400)]
    [InlineData("timeout", "1e999", 400)]
    [InlineData("timeout", "-1", 400)]
    [InlineData("timeout", "12,0", 400)]
    [InlineData("timeout", " 12", 400)]
    [InlineData("timeout", "", 400)]
    [InlineData("timeout", null, 200)]
    [InlineData("timeout", "1e1", 200)]
    [InlineData("bt_header_dendrite_version", "7001999", 401)]
    [InlineData("bt_header_dendrite_version", "7002000", 200)]
    [InlineData("bt_header_dendrite_version", "10.3.0", 400)]
    [InlineData("bt_header_dendrite_version", "-7002000", 400)]
    [InlineData("bt_header_dendrite_version", "99999999999", 400)]
    [InlineData("bt_header_dendrite_version", null, 400)]
    [InlineData("bt_header_dendrite_nonce", null, 401)]
    [InlineData("bt_header_dendrite_nonce", "0", 400)]
    [InlineData("bt_header_dendrite_nonce", "1", 401)]
    [InlineData("bt_header_dendrite_nonce", "01795361879808416332", 400)]
    [InlineData("bt_header_dendrite_nonce", "+1795361879808416332", 400)]
    [InlineData("bt_header_dendrite_nonce", "1_795_361_879_808_416_332", 400)]
    [InlineData("bt_header_dendrite_nonce", "99999999999999999999999999", 400)]
    [InlineData("bt_header_dendrite_nonce", "9223372036854775807", 401)]
    [InlineData("bt_header_dendrite_nonce", "9223372036854775808", 400)]
    [InlineData("bt_header_dendrite_nonce", "１７９", 400)]
    [InlineData("bt_header_dendrite_uuid", null, 401)]
    [InlineData("bt_header_dendrite_uuid", "", 401)]
    [InlineData("bt_header_dendrite_hotkey", null, 401)]
    [InlineData("bt_header_dendrite_hotkey", "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM", 401)]
    [InlineData("bt_header_dendrite_signature", null, 401)]
    [InlineData("bt_header_dendrite_signature", "", 401)]
    [InlineData("bt_header_dendrite_signature", "0x", 400)]
    [InlineData("computed_body_hash", null, 400)]
    [InlineData("computed_body_hash", "A7FFC6F8BF1ED76651C14756A061D662F580FF4DE43B49FA82D80A4B80F8434A", 400)]
    [InlineData("bt_header_axon_hotkey", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", 200)]
    public void A_header_of_v10_says_what_it_must_or_the_request_is_refused(string name, string? value, int status) =>
        Assert.Equal(status, Status(With(V10(Now, "session", 12), name, value)));

    [Theory]
    [InlineData("X-Bittensor-Version", "1.0", 400)]
    [InlineData("X-Bittensor-Version", null, 400)]
    [InlineData("X-Bittensor-Crypto", "sr25519", 200)]
    [InlineData("X-Bittensor-Crypto", "SR25519", 400)]
    [InlineData("X-Bittensor-Crypto", "", 400)]
    [InlineData("X-Bittensor-Crypto", "ed25519", 401)]
    [InlineData("X-Bittensor-Receiver", "-", 401)]
    [InlineData("X-Bittensor-Receiver", null, 401)]
    [InlineData("X-Bittensor-Nonce", "+1795361879808416332", 400)]
    [InlineData("X-Bittensor-Signature", null, 400)]
    [InlineData("X-Bittensor-Signature", "", 400)]
    [InlineData("X-Bittensor-Hotkey", "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM", 401)]
    public void A_header_of_btauth_says_what_it_must_or_the_request_is_refused(string name, string? value, int status) =>
        Assert.Equal(status, Status(With(BtAuth(Now), name, value)));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(43)]
    [InlineData(16383)]
    public void A_caller_that_writes_its_key_in_another_format_is_refused_in_both_formats_of_requests(ushort format)
    {
        var other = new Ss58Address(Alice.PublicKey, format).ToString();
        Span<byte> message = stackalloc byte[V10Format.MaxMessageBytes];
        foreach (
            var (headers, name) in new[] { (V10(Now, "session", 12), HeaderNames.DendriteHotkey), (BtAuth(Now), HeaderNames.BtAuthHotkey) }
        )
        {
            // Signed as written, so that nothing but the format is wrong.
            var signed = With(headers, name, other);
            var nonce = Now.ToString(CultureInfo.InvariantCulture);
            var signature =
                name == HeaderNames.BtAuthHotkey
                    ? Alice.Sign(BtAuthFormat.Message("sr25519", "POST", "/Challenge", BodyBytes, nonce, other, Bob.ToString()))
                    : Alice.Sign(message[..V10Format.WriteMessage(nonce, other, Bob.ToString(), "session", message)]);
            signed = With(
                signed,
                name == HeaderNames.BtAuthHotkey ? HeaderNames.BtAuthSignature : HeaderNames.DendriteSignature,
                "0x" + Convert.ToHexStringLower(signature)
            );
            var refusal = Judge(signed, Now).Refusal;
            Assert.Equal(400, refusal?.Status);
            Assert.Contains("not an ss58 address of format 42, which starts with 5", refusal!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mldsa", 10_608, "The scheme mldsa of X-Bittensor-Crypto is not supported: this miner verifies sr25519 and ed25519.")]
    [InlineData("hashed", 130, "The scheme hashed of X-Bittensor-Crypto is not supported: this miner verifies sr25519 and ed25519.")]
    [InlineData("rsa", 130, "The header X-Bittensor-Crypto is neither sr25519 nor ed25519.")]
    public void A_scheme_of_the_newest_specification_that_is_not_verified_here_is_told_from_one_that_does_not_exist(
        string scheme,
        int letters,
        string message
    )
    {
        var headers = With(
            With(BtAuth(Now), HeaderNames.BtAuthCrypto, scheme),
            HeaderNames.BtAuthSignature,
            "0x" + new string('0', letters - 2)
        );
        Assert.Equal((400, message), (Judge(headers, Now).Refusal!.Status, Judge(headers, Now).Refusal!.Message));
    }

    [Fact]
    public void The_scheme_of_a_caller_follows_from_its_key_and_never_from_the_header()
    {
        // //Alice's key is one of sr25519, so that no signature of ed25519 is even tried.
        var refusal = Judge(With(BtAuth(Now), HeaderNames.BtAuthCrypto, "ed25519"), Now).Refusal!;
        Assert.Equal((401, "Not Verified with error: The hotkey does not sign with ed25519"), (refusal.Status, refusal.Message));
    }

    [Fact]
    public void A_caller_that_is_configured_for_ed25519_signs_with_nothing_else()
    {
        var pinned = new RequestAuthentication(Bob, [Alice.PublicKey]);
        Assert.Equal(
            "Not Verified with error: The hotkey does not sign with sr25519",
            pinned.Authenticate(Request(BtAuth(Now)), Now).Refusal?.Message
        );
        Assert.Equal(401, pinned.Authenticate(Request(V10(Now, "session", 12)), Now).Refusal?.Status);
        Assert.Equal(
            "Not Verified with error: Signature mismatch",
            pinned.Authenticate(Request(With(BtAuth(Now), HeaderNames.BtAuthCrypto, "ed25519")), Now).Refusal?.Message
        );
    }

    [Fact]
    public void Capitals_in_a_signature_are_the_same_bytes_to_v10_and_none_to_btauth()
    {
        var v10 = V10(Now, "session", 12);
        var btauth = BtAuth(Now);
        Assert.Equal(200, Status(With(v10, HeaderNames.DendriteSignature, Capitals(v10, HeaderNames.DendriteSignature))));
        Assert.Equal(400, Status(With(btauth, HeaderNames.BtAuthSignature, Capitals(btauth, HeaderNames.BtAuthSignature))));
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 400)]
    public void A_session_has_a_longest_length_even_where_every_letter_takes_three_bytes(int length, int status)
    {
        // 200 is about the bytes: only what fits is signed at all.
        var session = new string('€', Math.Min(length, Caller.MaxSessionLetters));
        var headers = V10(Now, session, 12);
        Assert.Equal(status, Status(length > session.Length ? With(headers, HeaderNames.DendriteUuid, new string('€', length)) : headers));
    }

    [Fact]
    public void A_header_that_came_twice_is_refused_even_with_the_same_value()
    {
        var v10 = V10(Now, "session", 12);
        Assert.Every(V10Names, name => Assert.Equal(400, Status([.. v10, v10.Single(header => header.Key == name)])));
        KeyValuePair<string, string>[] btAuth = [.. BtAuth(Now), new("X-Bittensor-Crypto", "sr25519")];
        Assert.Equal(200, Status(btAuth));
        Assert.Every(BtAuthNames, name => Assert.Equal(400, Status([.. btAuth, btAuth.Single(header => header.Key == name)])));
    }

    [Fact]
    public void Each_header_is_looked_up_once()
    {
        var looked = new List<string>();
        var headers = V10(Now, "session", 12).ToDictionary();
        var received = new RequestHeaders(name =>
        {
            looked.Add(name);
            return headers.TryGetValue(name, out var value) ? [value] : [];
        });

        Assert.True(new RequestAuthentication(Bob).Authenticate(new("POST", "/Challenge", received, BodyBytes), Now).IsVerified);
        Assert.Equal("session", DendriteEcho.From(received).Uuid);
        Assert.Equal(WireFormat.V10, received.Format);
        string[] echoed = ["bt_header_dendrite_ip", "bt_header_axon_ip", "bt_header_axon_port", "bt_header_axon_hotkey"];
        Assert.Equal(V10Names.Concat(BtAuthNames).Concat(echoed).Order(StringComparer.Ordinal), looked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Any_header_of_btauth_lets_btauth_alone_decide()
    {
        var v10 = V10(Now, "session", 12);
        Assert.Equal(200, Status(v10));
        foreach (var name in BtAuthNames)
        {
            Assert.Equal(400, Status([.. v10, new(name, "")]));
        }

        Assert.Equal(WireFormat.BtAuth1, Verified([.. v10, .. BtAuth(Now)], Now).Format);
        Assert.Equal(200, Status([.. With(v10, HeaderNames.DendriteSignature, "0x00"), .. BtAuth(Now)]));
    }

    [Fact]
    public void What_btauth_signs_cannot_be_changed()
    {
        var headers = BtAuth(Now);
        Assert.True(Judge(headers, Now).IsVerified);
        Assert.False(Judge(headers, Now, method: "PUT").IsVerified);
        Assert.False(Judge(headers, Now, target: "/challenge").IsVerified);
        Assert.False(Judge(headers, Now, target: "/Challenge?").IsVerified);
        Assert.False(Judge(headers, Now, body: Body + " ").IsVerified);
        Assert.False(Judge(With(headers, HeaderNames.BtAuthNonce, (Now + 1).ToString(CultureInfo.InvariantCulture)), Now).IsVerified);
    }

    [Fact]
    public void What_v10_signs_cannot_be_changed()
    {
        var headers = V10(Now, "session", 12);
        Assert.False(Judge(With(headers, HeaderNames.DendriteNonce, (Now + 1).ToString(CultureInfo.InvariantCulture)), Now).IsVerified);
        Assert.False(Judge(With(headers, HeaderNames.DendriteUuid, "sessioN"), Now).IsVerified);
        Assert.False(Judge(With(headers, HeaderNames.DendriteHotkey, Bob.ToString()), Now).IsVerified);
        Assert.False(new RequestAuthentication(Alice.Address).Authenticate(Request(headers), Now).IsVerified);
    }

    /// <summary>A limit of the format: docs/security.md tells what follows from it.</summary>
    [Fact]
    public void What_v10_does_not_sign_can_be_changed()
    {
        var headers = V10(Now, "session", 12);
        Assert.True(Judge(headers, Now, method: "PUT").IsVerified);
        Assert.True(Judge(headers, Now, target: "/Synapse").IsVerified);
        Assert.True(Judge(headers, Now, body: Body + " ").IsVerified);

        // A longer timeout lets the same request arrive later.
        var late = Now + (30 * 1_000_000_000L);
        Assert.False(Judge(headers, late).IsVerified);
        Assert.True(Judge(With(headers, HeaderNames.Timeout, "60"), late).IsVerified);
    }

    [Fact]
    public void Any_text_may_be_a_session() =>
        Gen.String[1, 200].Sample(session => Verified(V10(Now, session, 12), Now).Session == session);

    [Fact]
    public void No_header_value_makes_authentication_throw() =>
        Gen.Select(Gen.Int[0, V10Names.Length + BtAuthNames.Length - 1], Gen.String)
            .Sample(
                (which, value) =>
                {
                    var v10 = which < V10Names.Length;
                    var headers = v10 ? V10(Now, "session", 12) : BtAuth(Now);
                    var result = Judge(With(headers, v10 ? V10Names[which] : BtAuthNames[which - V10Names.Length], value), Now);
                    return result.IsVerified || result.Refusal.Status is 400 or 401;
                }
            );

    [Fact]
    public void A_request_without_any_signature_is_not_verified()
    {
        var result = Judge([], Now);
        Assert.Equal(401, result.Refusal!.Status);
        Assert.Equal("Not Verified with error: Missing hotkey: the request is not signed", result.Refusal.Message);
    }

    [Fact]
    public void A_stale_nonce_is_refused_with_the_distance_of_the_clocks()
    {
        Assert.Equal(
            "Not Verified with error: Nonce is too old: 3600.0 s behind the miner's clock",
            Judge(V10(Now - 3600 * Second, "session", 12), Now).Refusal!.Message
        );
        Assert.Equal(
            "Not Verified with error: Nonce is too new: 3600.0 s ahead of the miner's clock",
            Judge(BtAuth(Now + 3600 * Second), Now).Refusal!.Message
        );
    }

    [Fact]
    public void The_recorded_message_of_btauth_has_the_recorded_hash()
    {
        var message = BtAuthFormat.Message(
            "sr25519",
            "POST",
            "/generate?stream=false",
            """{"prompt": "hello"}"""u8,
            "1752076800000000000",
            Alice.ToString(),
            Bob.ToString()
        );
        Assert.Equal(
            "btauth/1\nsr25519\nPOST\n/generate?stream=false\n341c57448e531310fbbe83f44cea2a5e838bd9e8a6b82b269f01d0dbbc23c3cc\n1752076800000000000\n"
                + "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\n5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
            System.Text.Encoding.UTF8.GetString(message)
        );
    }

    private static IReadOnlyList<KeyValuePair<string, string>> V10(long nonce, string session, double timeout) =>
        new V10Signer(Alice, session).Sign("Challenge", Bob, "127.0.0.1", 8091, nonce, TimeSpan.FromSeconds(timeout));

    private static IReadOnlyList<KeyValuePair<string, string>> BtAuth(long nonce) =>
        new BtAuthSigner(Alice).Sign("POST", "/Challenge", BodyBytes, Bob, nonce);

    private static List<KeyValuePair<string, string>> With(IEnumerable<KeyValuePair<string, string>> headers, string name, string? value)
    {
        var changed = headers.Where(header => header.Key != name).ToList();
        if (value is not null)
        {
            changed.Add(new(name, value));
        }

        return changed;
    }

    private static string Capitals(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        "0x" + headers.Single(header => header.Key == name).Value[2..].ToUpperInvariant();

    private static Caller Verified(IEnumerable<KeyValuePair<string, string>> headers, long now)
    {
        var result = Judge(headers, now);
        Assert.True(result.IsVerified, result.Refusal?.Message);
        return result.Caller;
    }

    private static int Status(IEnumerable<KeyValuePair<string, string>> headers) => Judge(headers, Now).Refusal?.Status ?? 200;

    private static AuthenticationResult Judge(
        IEnumerable<KeyValuePair<string, string>> headers,
        long now,
        string method = "POST",
        string target = "/Challenge",
        string body = Body
    ) => new RequestAuthentication(Bob).Authenticate(Request(headers, method, target, body), now);

    private static SignedRequest Request(
        IEnumerable<KeyValuePair<string, string>> headers,
        string method = "POST",
        string target = "/Challenge",
        string body = Body
    ) => new(method, target, SignedRequests.Headers(headers), System.Text.Encoding.UTF8.GetBytes(body));
}
