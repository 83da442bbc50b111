using System.Net.Sockets;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>
/// Whole answers as they leave the miner, byte for byte: the status line, every header in its order and the body. Only the server's date
/// and the random ids are taken from the answer.
/// </summary>
public sealed class GoldenWireTests
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private const string Bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    private const string Charlie = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";
    private const string Session = "2f7dd3a2-c7f5-11f0-8b51-0242ac110002";
    private const string OperatorToken = "6d8f4ac21b9e4d7fa7c3e0b15d92f864";
    private const string Challenge = """{"timestamp":"2026-11-23T10:06:00.000000+00:00"}""";

    /// <summary>What an answer repeats of a request of v10.</summary>
    private const string V10Echo = $$"""
        bt_header_axon_ip: 198.51.100.7
        bt_header_axon_port: 8091
        bt_header_dendrite_ip: 127.0.0.1
        bt_header_dendrite_version: 9012002
        bt_header_dendrite_nonce: 1795428360000000001
        bt_header_dendrite_uuid: {{Session}}
        bt_header_dendrite_hotkey: {{Alice}}
        bt_header_dendrite_signature: {signature}
        timeout: 9.0
        """;

    private const string TwoLengths = "The request says its length twice, by Content-Length and by Transfer-Encoding: send one of them.";
    private const string UnknownName = "Synapse name 'Nothing' not found. Available synapses ['Synapse', 'Challenge']";
    private const string NotItsPath = "Synapse name 'Challenge' is found at the path '/Challenge' alone, not at '/Challenge/'";
    private const string BadFrame = "The body could not be read: it is cut off or badly framed.";

    /// <summary>A nanosecond after the start of the clock.</summary>
    private const long Nonce = 1_795_428_360_000_000_001;

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 6, 0, TimeSpan.Zero);

    private readonly WatchedClock _clock = new();

    public GoldenWireTests() => _clock.SetUtcNow(Now);

    public static TheoryData<WireFormat, bool, string, string> RefusedBodies =>
        [
            .. from format in new[] { WireFormat.V10, WireFormat.BtAuth1 }
            from hasHotkey in new[] { true, false }
            from refused in new (string Body, string Message)[]
            {
                ("", "The body is empty: send the Challenge synapse as JSON."),
                ("\u00ff", "The body is not valid UTF-8."),
                ("hello", "The body is not valid JSON, names a field twice or by no text, or is nested too deeply."),
                ("[]", "The body is not a JSON object."),
                ("{}", "The field 'timestamp' is missing or is not a text."),
                (
                    """{"timestamp":"now"}""",
                    "The field 'timestamp' is not an ISO 8601 date and time, such as 2026-11-23T10:05:00.000000+00:00."
                ),
                (
                    """{"timestamp":"2026-11-23T10:26:00Z"}""",
                    "The timestamp 2026-11-23T10:26:00Z is more than 10 minutes from this miner's clock: it forecasts USDT/CNY one hour "
                        + "from now and nothing else."
                ),
                (
                    """{"timestamp":"2026-11-23T16:06:00Z"}""",
                    "The timestamp 2026-11-23T16:06:00Z is 6 h ahead of this miner's clock, which is another task: this miner forecasts "
                        + "USDT/CNY one hour from now and nothing else."
                ),
            }
            select (format, hasHotkey, refused.Body, refused.Message),
        ];

    [Theory]
    [InlineData(WireFormat.V10, true, "0.375", "1795428360375000000")]
    [InlineData(WireFormat.BtAuth1, true, "0.375", "1795428360375000000")]
    [InlineData(WireFormat.V10, false, "0.25", "1795428360250000000")]
    [InlineData(WireFormat.BtAuth1, false, "0.25", "1795428360250000000")]
    public async Task An_answer_to_a_challenge(WireFormat format, bool hasHotkey, string seconds, string nonce)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertAnswerAsync(
            miner,
            Ask(format),
            Head(
                "200 OK",
                "Success",
                seconds,
                nonce,
                Identity(format, hasHotkey),
                more: """
                x-bittbridge-model: odd@1
                x-bittbridge-price-source: coingecko
                """
            ),
            Body(
                "Challenge",
                format,
                hasHotkey,
                seconds,
                nonce,
                """
                ,"timestamp":"2026-11-23T10:06:00.000000\u002B00:00","prediction":7.1012,"interval":[7.0905,7.1134]
                """
            )
        );
    }

    [Fact]
    public async Task An_answer_without_a_forecast()
    {
        // The newest price is older than a day, and was asked for just now, so that the answer starts no poll.
        var prices = FixedPrices.Until(Now.AddHours(-25));
        prices.InMemory = prices.InMemory! with { Poll = new() { AskedAt = Now } };
        await using var miner = await StartAsync(hasHotkey: true, prices);
        await AssertAnswerAsync(
            miner,
            Ask(WireFormat.V10),
            Head(
                "200 OK",
                "Success",
                "0.125",
                "1795428360125000000",
                Identity(WireFormat.V10, hasHotkey: true),
                more: """
                x-bittbridge-model: odd@1
                x-bittbridge-price-source: coingecko
                """
            ),
            Body(
                "Challenge",
                WireFormat.V10,
                hasHotkey: true,
                "0.125",
                "1795428360125000000",
                """
                ,"timestamp":"2026-11-23T10:06:00.000000\u002B00:00","prediction":null,"interval":null
                """
            )
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "0.125", "1795428360125000000")]
    [InlineData(WireFormat.BtAuth1, true, "0.125", "1795428360125000000")]
    [InlineData(WireFormat.V10, false, "0", "1795428360000000000")]
    [InlineData(WireFormat.BtAuth1, false, "0", "1795428360000000000")]
    public async Task An_echo_of_a_ping(WireFormat format, bool hasHotkey, string seconds, string nonce)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertAnswerAsync(
            miner,
            Ask(format, "/Synapse", "{}"),
            Head("200 OK", "Success", seconds, nonce, Identity(format, hasHotkey), name: "Synapse"),
            Body("Synapse", format, hasHotkey, seconds, nonce, outputs: "")
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, "Challenge")]
    [InlineData(WireFormat.BtAuth1, "Challenge")]
    [InlineData(WireFormat.V10, "Synapse")]
    [InlineData(WireFormat.BtAuth1, "Synapse")]
    public async Task A_refusal_of_a_signature(WireFormat format, string name)
    {
        await using var miner = await StartAsync(hasHotkey: true);
        await AssertRefusedAsync(
            miner,
            Ask(format, "/" + name, forged: true),
            "401 Unauthorized",
            "Not Verified with error: Signature mismatch",
            Identity(format, hasHotkey: true),
            name: name
        );
    }

    [Theory]
    [InlineData(
        WireFormat.V10,
        "bt_header_dendrite_hotkey",
        "x",
        "The header bt_header_dendrite_hotkey is not an ss58 address of format 42, which starts with 5."
    )]
    [InlineData(WireFormat.V10, "bt_header_dendrite_version", null, "The header bt_header_dendrite_version is missing or no number.")]
    [InlineData(WireFormat.V10, "timeout", "soon", "The header timeout is not a finite number of seconds from 0 up.")]
    [InlineData(
        WireFormat.V10,
        "bt_header_dendrite_nonce",
        "0x10",
        "The header bt_header_dendrite_nonce is not a whole number of nanoseconds."
    )]
    [InlineData(
        WireFormat.V10,
        "computed_body_hash",
        null,
        "The header computed_body_hash is not the hash of a synapse without hash fields."
    )]
    [InlineData(
        WireFormat.V10,
        "bt_header_dendrite_signature",
        "0xabc",
        "The header bt_header_dendrite_signature is not 0x and 128 hex digits."
    )]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Version", "2", "The header X-Bittensor-Version is not 1.")]
    [InlineData(
        WireFormat.BtAuth1,
        "X-Bittensor-Hotkey",
        null,
        "The header X-Bittensor-Hotkey is missing or not an ss58 address of format 42, which starts with 5."
    )]
    [InlineData(
        WireFormat.BtAuth1,
        "X-Bittensor-Crypto",
        "hashed",
        "The scheme hashed of X-Bittensor-Crypto is not supported: this miner verifies sr25519 and ed25519."
    )]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Crypto", "rsa", "The header X-Bittensor-Crypto is neither sr25519 nor ed25519.")]
    [InlineData(
        WireFormat.BtAuth1,
        "X-Bittensor-Nonce",
        null,
        "The header X-Bittensor-Nonce is missing or no whole number of nanoseconds."
    )]
    [InlineData(
        WireFormat.BtAuth1,
        "X-Bittensor-Signature",
        null,
        "The header X-Bittensor-Signature is missing or not 0x and 128 lower-case hex digits."
    )]
    public Task A_refusal_of_a_malformed_header(WireFormat format, string header, string? value, string message) =>
        AssertHeaderRefusedAsync(format, header, value, "400 Bad Request", message);

    [Fact]
    public Task A_refusal_of_a_session_that_is_too_long() =>
        AssertHeaderRefusedAsync(
            WireFormat.V10,
            "bt_header_dendrite_uuid",
            new string('a', 257),
            "400 Bad Request",
            "The header bt_header_dendrite_uuid is longer than 256 characters."
        );

    [Theory]
    [InlineData(WireFormat.V10, "bt_header_dendrite_nonce", "The header bt_header_dendrite_nonce came more than once.")]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Nonce", "The header X-Bittensor-Nonce came more than once.")]
    public async Task A_refusal_of_a_header_that_came_twice_does_not_echo_it(WireFormat format, string header, string message)
    {
        await using var miner = await StartAsync(hasHotkey: true);
        await AssertRefusedAsync(
            miner,
            Ask(format, more: $"{header}: 1"),
            "400 Bad Request",
            message,
            WithLine(Identity(format, hasHotkey: true), header, "")
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, "bt_header_dendrite_hotkey", null, "Missing hotkey: the request is not signed")]
    [InlineData(WireFormat.V10, "bt_header_dendrite_version", "7001000", "Bittensor before 7.2 cannot show that a request is fresh")]
    [InlineData(WireFormat.V10, "bt_header_dendrite_nonce", null, "Missing Nonce")]
    [InlineData(WireFormat.V10, "bt_header_dendrite_nonce", "1795428460000000000", "Nonce is too new: 100.0 s ahead of the miner's clock")]
    [InlineData(WireFormat.V10, "bt_header_dendrite_uuid", null, "Missing uuid")]
    [InlineData(WireFormat.V10, "bt_header_dendrite_signature", null, "Missing Signature")]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Receiver", null, "Wrong receiver: the request is not bound to this miner's hotkey")]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Nonce", "1795428460000000000", "Nonce is too new: 100.0 s ahead of the miner's clock")]
    [InlineData(WireFormat.BtAuth1, "X-Bittensor-Crypto", "ed25519", "The hotkey does not sign with ed25519")]
    public Task A_refusal_of_a_header_that_does_not_verify_its_caller(WireFormat format, string header, string? value, string message) =>
        AssertHeaderRefusedAsync(format, header, value, "401 Unauthorized", $"Not Verified with error: {message}");

    [Fact]
    public async Task A_refusal_of_a_caller_that_signs_with_ed25519_alone()
    {
        await using var miner = await StartAsync(hasHotkey: true, settings: ("Bittbridge:Ed25519Callers", Alice));
        await AssertRefusedAsync(
            miner,
            Ask(WireFormat.V10),
            "401 Unauthorized",
            "Not Verified with error: The hotkey signs with ed25519 alone, and this format knows only sr25519: use btauth/1",
            Identity(WireFormat.V10, hasHotkey: true)
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_of_a_request_that_was_signed_a_minute_ago(WireFormat format)
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        await using var miner = await StartAsync(hasHotkey: true);
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "401 Unauthorized",
            "Not Verified with error: Nonce is too old: 60.0 s behind the miner's clock",
            Identity(format, hasHotkey: true),
            nonce: "1795428420000000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_of_a_request_that_was_signed_before_the_miner_started(WireFormat format)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        await using var miner = await StartAsync(hasHotkey: true);
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "401 Unauthorized",
            "Not Verified with error: Nonce is from before this miner started 0.1 s ago, so it can't tell whether it was used: sign the "
                + "request anew",
            Identity(format, hasHotkey: true),
            "0.125",
            "1795428361125000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_of_a_request_whose_nonce_may_have_been_forgotten_meanwhile(WireFormat format)
    {
        await using var miner = await StartAsync(
            hasHotkey: true,
            parts: services => services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new SlowAccess(_clock, seconds: 120)))
        );
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "401 Unauthorized",
            "Not Verified with error: Nonce is too old",
            Identity(format, hasHotkey: true),
            "120",
            "1795428480000000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_of_a_request_that_was_answered_before(WireFormat format)
    {
        await using var miner = await StartAsync(hasHotkey: true);
        var request = Ask(format);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await miner.SendRawAsync(request.Bytes), StringComparison.Ordinal);
        await AssertRefusedAsync(
            miner,
            request,
            "401 Unauthorized",
            "Not Verified with error: Nonce was used before: every request is signed anew",
            Identity(format, hasHotkey: true),
            "0.125",
            "1795428360500000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_while_the_nonces_that_are_remembered_fill_the_memory(WireFormat format)
    {
        await using var miner = await StartAsync(
            hasHotkey: true,
            parts: services => services.Replace(ServiceDescriptor.Singleton(new NonceCache(0, _clock)))
        );
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "503 Service Unavailable",
            "This miner can't tell now whether the request came before: sign it anew and try again later.",
            Identity(format, hasHotkey: true),
            "0.125",
            "1795428360125000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, Alice, "Forbidden. Key is blacklisted: The hotkey has no validator permit in subnet 420.")]
    [InlineData(WireFormat.BtAuth1, Alice, "Forbidden. Key is blacklisted: The hotkey has no validator permit in subnet 420.")]
    [InlineData(WireFormat.V10, Charlie, "Forbidden. Key is blacklisted: The hotkey is not registered in subnet 420.")]
    [InlineData(WireFormat.BtAuth1, Charlie, "Forbidden. Key is blacklisted: The hotkey is not registered in subnet 420.")]
    public async Task A_refusal_of_a_caller_without_a_permit(WireFormat format, string registered, string message)
    {
        await using var miner = await StartWithListAsync();
        var subnet = new SubnetSnapshot(420, 5_000_000, [new(0, Ss58Address.Parse(registered).PublicKey, Permit: false)]);
        miner.Services.GetRequiredService<KnownValidators>().Take(new(new(subnet, Now), HeldBack: null));
        await AssertRefusedAsync(miner, Ask(format), "403 Forbidden", message, Identity(format, hasHotkey: true));
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_while_no_list_of_the_subnet_is_known(WireFormat format)
    {
        await using var miner = await StartWithListAsync();
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "503 Service Unavailable",
            "This miner can't tell at the moment who may call: ask again later.",
            Identity(format, hasHotkey: true)
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_of_a_caller_above_its_rate_limit(WireFormat format)
    {
        await using var miner = await StartAsync(hasHotkey: true, settings: ("Bittbridge:Limits:PerCallerPerMinute", "1"));
        var first = await miner.SendRawAsync(Ask(format, "/Synapse", "{}", nonce: Nonce + 1).Bytes);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", first, StringComparison.Ordinal);
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "429 Too Many Requests",
            "More than 1 requests a minute from one hotkey: wait a minute.",
            Identity(format, hasHotkey: true),
            "0.125",
            "1795428360250000000"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10)]
    [InlineData(WireFormat.BtAuth1)]
    public async Task A_refusal_while_other_callers_hold_every_place(WireFormat format)
    {
        // The check of access takes the whole budget, so nothing is left to wait for a place.
        await using var miner = await StartAsync(
            hasHotkey: true,
            parts: services => services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new SlowAccess(_clock, hasPermit: false))),
            settings: ("Bittbridge:BudgetMs", "125")
        );
        var limits = miner.Services.GetRequiredService<CallerLimits>();
        for (var i = 0; i < 16; i++)
        {
            var place = await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, TestContext.Current.CancellationToken);
            Assert.Null(place.Refusal);
        }

        await AssertRefusedAsync(
            miner,
            Ask(format),
            "429 Too Many Requests",
            "This miner is busy with other callers: ask again in a moment.",
            Identity(format, hasHotkey: true),
            "0.125",
            "1795428360125000000"
        );
    }

    [Theory]
    [MemberData(nameof(RefusedBodies))]
    public async Task A_refusal_of_a_body(WireFormat format, bool hasHotkey, string body, string message)
    {
        var (seconds, nonce) = hasHotkey ? ("0.125", "1795428360125000000") : ("0", "1795428360000000000");
        await using var miner = await StartAsync(hasHotkey);
        await AssertRefusedAsync(miner, Ask(format, body: body), "400 Bad Request", message, Identity(format, hasHotkey), seconds, nonce);
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "", "2\r\n{}\r\n0\r\n\r\n", TwoLengths)]
    [InlineData(WireFormat.BtAuth1, true, "", "2\r\n{}\r\n0\r\n\r\n", TwoLengths)]
    [InlineData(WireFormat.V10, false, "", "2\r\n{}\r\n0\r\n\r\n", TwoLengths)]
    [InlineData(WireFormat.BtAuth1, false, "", "2\r\n{}\r\n0\r\n\r\n", TwoLengths)]
    [InlineData(WireFormat.V10, true, "Content-Length", "zz\r\n\r\n", BadFrame)]
    [InlineData(WireFormat.BtAuth1, true, "Content-Length", "zz\r\n\r\n", BadFrame)]
    [InlineData(WireFormat.V10, false, "Content-Length", "zz\r\n\r\n", BadFrame)]
    [InlineData(WireFormat.BtAuth1, false, "Content-Length", "zz\r\n\r\n", BadFrame)]
    public async Task A_refusal_of_a_chunked_body(WireFormat format, bool hasHotkey, string without, string body, string message)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertRefusedAsync(
            miner,
            Ask(format, body: body, without: without, more: "Transfer-Encoding: chunked"),
            "400 Bad Request",
            message,
            Identity(format, hasHotkey)
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true)]
    [InlineData(WireFormat.BtAuth1, true)]
    [InlineData(WireFormat.V10, false)]
    [InlineData(WireFormat.BtAuth1, false)]
    public async Task A_refusal_of_a_slow_body(WireFormat format, bool hasHotkey)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var miner = await StartAsync(
            hasHotkey,
            // The server measures a slow body by the real clock.
            parts: services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = null)
        );
        var request = Ask(format);
        using var client = new TcpClient();
        await client.ConnectAsync(miner.Address.Host, miner.Address.Port, ct);
        var stream = client.GetStream();
        _clock.Forget();
        await stream.WriteAsync(request.Bytes.AsMemory(..^1), ct);
        await _clock.WaitBeginsAsync(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));
        // The server waits some seconds for the rest before it closes the connection.
        await stream.WriteAsync(request.Bytes.AsMemory(^1..), ct);
        using var reader = new StreamReader(stream);
        AssertAnswer(
            await reader.ReadToEndAsync(ct).WaitAsync(TimeSpan.FromMinutes(3), ct),
            request,
            Head("408 Request Timeout", "Response timeout after: 5s", "5", "1795428365000000000", Identity(format, hasHotkey)),
            """{"message":"Response timeout after: 5s"}"""
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true)]
    [InlineData(WireFormat.BtAuth1, true)]
    [InlineData(WireFormat.V10, false)]
    [InlineData(WireFormat.BtAuth1, false)]
    public async Task A_refusal_of_a_large_body(WireFormat format, bool hasHotkey)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertRefusedAsync(
            miner,
            Ask(format, body: new string(' ', 16_385)),
            "413 Payload Too Large",
            "The body is larger than 16384 bytes.",
            Identity(format, hasHotkey)
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "Challenge", "Send the challenge with POST.")]
    [InlineData(WireFormat.BtAuth1, true, "Challenge", "Send the challenge with POST.")]
    [InlineData(WireFormat.V10, false, "Challenge", "Send the challenge with POST.")]
    [InlineData(WireFormat.BtAuth1, false, "Challenge", "Send the challenge with POST.")]
    [InlineData(WireFormat.V10, true, "Synapse", "Send the synapse with POST.")]
    [InlineData(WireFormat.BtAuth1, true, "Synapse", "Send the synapse with POST.")]
    [InlineData(WireFormat.V10, false, "Synapse", "Send the synapse with POST.")]
    [InlineData(WireFormat.BtAuth1, false, "Synapse", "Send the synapse with POST.")]
    public async Task A_refusal_of_another_method_echoes_nothing(WireFormat format, bool hasHotkey, string name, string message)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertRefusedAsync(
            miner,
            Ask(format, "/" + name, method: "PUT"),
            "405 Method Not Allowed",
            message,
            IdentityAlone(hasHotkey),
            name: name,
            more: "Allow: POST"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "/Nothing", UnknownName)]
    [InlineData(WireFormat.BtAuth1, true, "/Nothing", UnknownName)]
    [InlineData(WireFormat.V10, false, "/Nothing", UnknownName)]
    [InlineData(WireFormat.BtAuth1, false, "/Nothing", UnknownName)]
    [InlineData(WireFormat.V10, true, "/Challenge/", NotItsPath)]
    [InlineData(WireFormat.BtAuth1, true, "/Challenge/", NotItsPath)]
    [InlineData(WireFormat.V10, false, "/Challenge/", NotItsPath)]
    [InlineData(WireFormat.BtAuth1, false, "/Challenge/", NotItsPath)]
    public async Task A_refusal_of_another_path_echoes_nothing(WireFormat format, bool hasHotkey, string path, string message)
    {
        await using var miner = await StartAsync(hasHotkey);
        await AssertRefusedAsync(miner, Ask(format, path), "404 Not Found", message, IdentityAlone(hasHotkey), name: "Synapse");
    }

    [Theory]
    [InlineData("/", "Synapse name '", 64, "' not found. Available synapses ['Synapse', 'Challenge']")]
    [InlineData("/Challenge/", "Synapse name 'Challenge' is found at the path '/Challenge' alone, not at '/Challenge/", 53, "'")]
    public async Task A_refusal_of_a_long_path_and_its_log_line_quote_64_characters(string start, string before, int letters, string after)
    {
        using var log = new KeptLog();
        await using var miner = await StartAsync(hasHotkey: true, parts: services => services.AddSingleton<ILoggerProvider>(log));
        var message = before + new string('a', letters) + after;
        await AssertRefusedAsync(
            miner,
            Ask(WireFormat.V10, start + new string('a', 200)),
            "404 Not Found",
            message,
            IdentityAlone(hasHotkey: true),
            name: "Synapse"
        );
        Assert.Contains((3002, $"Refused a request with 404: {message}"), log.Lines);
    }

    [Theory]
    [InlineData(WireFormat.V10, true, true)]
    [InlineData(WireFormat.BtAuth1, true, true)]
    [InlineData(WireFormat.V10, false, true)]
    [InlineData(WireFormat.BtAuth1, false, true)]
    [InlineData(WireFormat.V10, true, false)]
    [InlineData(WireFormat.BtAuth1, false, false)]
    public async Task A_refusal_of_a_route_of_the_operator_echoes_nothing(WireFormat format, bool hasHotkey, bool hasToken)
    {
        await using var miner = await StartAsync(hasHotkey, settings: hasToken ? [("Bittbridge:Operator:Token", OperatorToken)] : []);
        await AssertRefusedAsync(
            miner,
            Ask(format, "/health/details", method: "GET"),
            "401 Unauthorized",
            "This route is for the miner's operator: ask from the miner's own machine, or send the setting Operator:Token as "
                + "'Authorization: Bearer TOKEN', or as the password where a browser asks for one.",
            IdentityAlone(hasHotkey),
            name: "Synapse",
            // A browser is asked for the token as a password only where there is one.
            more: hasToken
                ? """
                WWW-Authenticate: Bearer
                WWW-Authenticate: Basic realm="Bittbridge miner", charset="UTF-8"
                """
                : "WWW-Authenticate: Bearer"
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "0.125", "1795428360125000000")]
    [InlineData(WireFormat.BtAuth1, true, "0.125", "1795428360125000000")]
    [InlineData(WireFormat.V10, false, "0", "1795428360000000000")]
    [InlineData(WireFormat.BtAuth1, false, "0", "1795428360000000000")]
    public async Task An_unexpected_exception_echoes_nothing_and_says_nothing_of_itself(
        WireFormat format,
        bool hasHotkey,
        string seconds,
        string nonce
    )
    {
        var prices = new FixedPrices { Wait = Task.FromException(new InvalidOperationException("secret detail")) };
        await using var miner = await StartAsync(hasHotkey, prices);
        await AssertRefusedAsync(
            miner,
            Ask(format),
            "500 Internal Server Error",
            "Internal Server Error #{id}",
            IdentityAlone(hasHotkey),
            seconds,
            nonce
        );
    }

    [Fact]
    public async Task An_unexpected_exception_leaves_no_header_that_was_set_before()
    {
        await using var miner = await StartAsync(
            hasHotkey: true,
            parts: services => services.AddHttpContextAccessor().Replace(ServiceDescriptor.Singleton<IAccessPolicy, FailingAccess>())
        );
        await AssertRefusedAsync(
            miner,
            Ask(WireFormat.V10),
            "500 Internal Server Error",
            "Internal Server Error #{id}",
            IdentityAlone(hasHotkey: true)
        );
    }

    [Theory]
    [InlineData(WireFormat.V10, true, "HTTP/1.1 401 ")]
    [InlineData(WireFormat.BtAuth1, true, "HTTP/1.1 401 ")]
    [InlineData(WireFormat.V10, false, "HTTP/1.1 400 ")]
    [InlineData(WireFormat.BtAuth1, false, "HTTP/1.1 400 ")]
    public async Task A_refusal_beyond_the_limit_of_explained_ones_is_bare(WireFormat format, bool hasHotkey, string explained)
    {
        await using var miner = await StartAsync(hasHotkey, settings: ("Bittbridge:Limits:PerSecond", "1"));
        var request = Ask(format, body: "{}", forged: true);
        string answer;
        do
        {
            answer = await miner.SendRawAsync(request.Bytes);
        } while (answer.StartsWith(explained, StringComparison.Ordinal));

        AssertAnswer(
            answer,
            request,
            """
            HTTP/1.1 429 Too Many Requests
            Content-Length: {length}
            Connection: close
            Date: {date}
            """,
            body: ""
        );
    }

    private static string Head(
        string status,
        string message,
        string seconds,
        string nonce,
        string identity,
        string name = "Challenge",
        string more = ""
    ) =>
        $$"""
            HTTP/1.1 {{status}}
            Content-Length: {length}
            Connection: close
            Content-Type: application/json
            Date: {date}
            {{more}}
            name: {{name}}
            bt_header_axon_status_code: {{status[..3]}}
            bt_header_axon_status_message: {{message}}
            bt_header_axon_process_time: {{seconds}}
            bt_header_axon_version: 10003000
            bt_header_axon_nonce: {{nonce}}
            bt_header_axon_uuid: {uuid}
            computed_body_hash: a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a
            {{identity}}
            """;

    /// <summary>The headers by which an answer names the miner and echoes its caller.</summary>
    private static string Identity(WireFormat format, bool hasHotkey) =>
        (format, hasHotkey) switch
        {
            (WireFormat.V10, true) => $"bt_header_axon_hotkey: {Bob}\n{V10Echo}",
            (WireFormat.V10, false) => $"bt_header_axon_hotkey: {Charlie}\n{V10Echo}",
            _ => IdentityAlone(hasHotkey),
        };

    private static string IdentityAlone(bool hasHotkey) => hasHotkey ? $"bt_header_axon_hotkey: {Bob}" : "";

    private static string Body(string name, WireFormat format, bool hasHotkey, string seconds, string nonce, string outputs)
    {
        var hotkey =
            hasHotkey ? $"\"{Bob}\""
            : format == WireFormat.V10 ? $"\"{Charlie}\""
            : "null";
        return format == WireFormat.V10
            ? $$"""
                {"name":"{{name}}","timeout":9,"total_size":0,"header_size":0,"dendrite":{"ip":"127.0.0.1","version":9012002,"nonce":
                1795428360000000001,"uuid":"{{Session}}","hotkey":"{{Alice}}","signature":"{signature}"},"axon":{"status_code":200,
                "status_message":"Success","process_time":{{seconds}},"ip":"198.51.100.7","port":8091,"version":10003000,"nonce":{{nonce}},
                "uuid":"{uuid}","hotkey":{{hotkey}},"signature":null},"computed_body_hash":""{{outputs}}
                }
                """
            : $$"""
                {"name":"{{name}}","timeout":12,"total_size":0,"header_size":0,"dendrite":{"ip":null,"version":null,"nonce":null,"uuid":
                null,"hotkey":null,"signature":null},"axon":{"status_code":200,"status_message":"Success","process_time":{{seconds}},"ip":
                null,"port":null,"version":10003000,"nonce":{{nonce}},"uuid":"{uuid}","hotkey":{{hotkey}},"signature":null},
                "computed_body_hash":""{{outputs}}
                }
                """;
    }

    /// <summary>
    /// A request of Alice, signed for Bob. In v10 it names Charlie as the miner, which is not signed, so that the answer shows whose name
    /// it takes.
    /// </summary>
    /// <param name="format">The format in which it is signed.</param>
    /// <param name="target">The target that is signed and sent.</param>
    /// <param name="body">The body, of which each character is a byte.</param>
    /// <param name="method">The method that is signed and sent.</param>
    /// <param name="nonce">The nonce that is signed and sent.</param>
    /// <param name="forged">Whether the signature is one of zeros.</param>
    /// <param name="without">A header that is signed as it should be and not sent.</param>
    /// <param name="more">The line of one more header.</param>
    private static SentRequest Ask(
        WireFormat format,
        string target = "/Challenge",
        string body = Challenge,
        string method = "POST",
        long nonce = Nonce,
        bool forged = false,
        string without = "",
        string more = ""
    )
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var content = Encoding.Latin1.GetBytes(body);
        var headers = (
            format == WireFormat.BtAuth1
                ? new BtAuthSigner(alice).Sign(method, target, content, TestValidator.Miner, nonce)
                : new V10Signer(alice, Session).Sign(target[1..], TestValidator.Miner, "198.51.100.7", 8091, nonce, TimeSpan.FromSeconds(9))
        )
            .Select(header =>
                KeyValuePair.Create(
                    header.Key,
                    header.Key switch
                    {
                        "bt_header_axon_hotkey" => Charlie,
                        "bt_header_dendrite_version" => "9012002",
                        var name when forged && IsSignature(name) => "0x" + new string('0', 128),
                        _ => header.Value,
                    }
                )
            )
            .ToList();
        var lines = headers
            .Prepend(KeyValuePair.Create("Content-Length", $"{content.Length}"))
            .Where(header => header.Key != without)
            .Select(header => $"{header.Key}: {header.Value}")
            .Append(more)
            .Where(line => line.Length > 0);
        var head =
            $"{method} {target} HTTP/1.1\r\nHost: 198.51.100.7:8091\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + $"{string.Join("\r\n", lines)}\r\n\r\n";
        return new([.. Encoding.ASCII.GetBytes(head), .. content], headers.Single(header => IsSignature(header.Key)).Value);
    }

    /// <summary>These lines with another one in place of a header's.</summary>
    private static string WithLine(string lines, string header, string line) =>
        string.Join('\n', lines.Split('\n').Select(other => other.StartsWith($"{header}: ", StringComparison.Ordinal) ? line : other));

    private static bool IsSignature(string header) => header is "bt_header_dendrite_signature" or "X-Bittensor-Signature";

    private static Task AssertRefusedAsync(
        RunningMiner miner,
        SentRequest request,
        string status,
        string message,
        string identity,
        string seconds = "0",
        string nonce = "1795428360000000000",
        string name = "Challenge",
        string more = ""
    )
    {
        var escaped = message.Replace("'", @"\u0027", StringComparison.Ordinal).Replace("+", @"\u002B", StringComparison.Ordinal);
        return AssertAnswerAsync(
            miner,
            request,
            Head(status, message, seconds, nonce, identity, name, more),
            $$"""{"message":"{{escaped}}"}"""
        );
    }

    private static async Task AssertAnswerAsync(RunningMiner miner, SentRequest request, string head, string body) =>
        AssertAnswer(await miner.SendRawAsync(request.Bytes), request, head, body);

    private static void AssertAnswer(string answer, SentRequest request, string head, string body) =>
        GoldenAnswer.AssertWhole(answer, head, body, request.Signature);

    /// <summary>Only callers with a permit are answered, by the miner's own list.</summary>
    private Task<RunningMiner> StartWithListAsync() =>
        StartAsync(hasHotkey: true, access: "permit", settings: ("Bittbridge:Storage", StorageEmulator.Unreachable()));

    /// <summary>Sends a header with another value, or leaves it out when that is null; the answer echoes what was sent.</summary>
    private async Task AssertHeaderRefusedAsync(WireFormat format, string header, string? value, string status, string message)
    {
        var line = value is null ? "" : $"{header}: {value}";
        await using var miner = await StartAsync(hasHotkey: true);
        await AssertRefusedAsync(
            miner,
            Ask(format, without: header, more: line),
            status,
            message,
            WithLine(Identity(format, hasHotkey: true), header, line)
        );
    }

    /// <summary>With an own hotkey access is signed, else open. The headers that the server itself adds are those of SelfHost.</summary>
    private Task<RunningMiner> StartAsync(
        bool hasHotkey,
        IPrices? prices = null,
        string access = "signed",
        Action<IServiceCollection>? parts = null,
        params (string Name, string Value)[] settings
    )
    {
        var model = new OddModel(
            (_, _, _) =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(250));
                return new(new Forecast(7.1012, new PredictionInterval(7.0905, 7.1134)));
            }
        );
        (string Name, string Value)[] own = hasHotkey ? [("Bittbridge:Access", access), ("Bittbridge:Hotkey", Bob)] : [];
        return RunningMiner.StartAsync(
            prices ?? FixedPrices.Until(Now),
            [.. own, ("Bittbridge:Replay", "memory"), ("Bittbridge:Model", model.Id.Name)],
            services =>
            {
                services
                    .AddSingleton<IPredictionModel>(model)
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
                    .Configure<KestrelServerOptions>(kestrel => new ConnectionLimits(new(), null).Configure(kestrel));
                if (access == "signed")
                {
                    services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new SlowAccess(_clock)));
                }

                parts?.Invoke(services);
            },
            settings
        );
    }

    /// <summary>A request as bytes.</summary>
    /// <param name="Bytes">All of it.</param>
    /// <param name="Signature">The signature in it, which is different each time.</param>
    private sealed record SentRequest(byte[] Bytes, string Signature);

    /// <summary>Admits every caller after some time, so that an answer's time and nonce show how long it took.</summary>
    private sealed class SlowAccess(FakeTimeProvider clock, double seconds = 0.125, bool hasPermit = true) : IAccessPolicy
    {
        public ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            return new(new AccessGrant(hasPermit));
        }
    }

    /// <summary>Fails once it has set headers of the answer, one that the server knows by name and another.</summary>
    private sealed class FailingAccess(IHttpContextAccessor accessor) : IAccessPolicy
    {
        public ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct)
        {
            // Without a request nothing would be set, so the answer is no 500.
            if (accessor.HttpContext is not { } context)
            {
                return new(new AccessGrant(HasPermit: true));
            }

            context.Response.Headers.ETag = "\"set before\"";
            context.Response.Headers["x-bittbridge-model"] = "odd@1";
            throw new InvalidOperationException("secret detail");
        }
    }
}
