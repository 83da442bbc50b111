using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;
using Bittbridge.Bittensor.Tests.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Fuzzing;

/// <summary>Every parser of bytes from outside, on mutations of what a test makes itself and of the recordings.</summary>
public sealed class FuzzTests
{
    private const long Now = 1_795_361_879_808_416_332;

    private static readonly HotkeyPair Alice = DevelopmentKey.Derive("//Alice");
    private static readonly Ss58Address Bob = DevelopmentKey.Derive("//Bob").Address;
    private static readonly byte[] Body =
        """{"name":"Challenge","timeout":12.0,"axon":{},"dendrite":{},"timestamp":"2026-11-22T15:37:59.808120+00:00","prediction":null,"interval":null}"""u8.ToArray();

    [Fact]
    public void The_headers_of_v10_are_verified_or_refused_with_400_or_401() =>
        ParserFuzzing.Run(
            [
                Lines(new V10Signer(Alice, "session").Sign("Challenge", Bob, "127.0.0.1", 8091, Now, TimeSpan.FromSeconds(12))),
                .. RecordedHeaders("v10-cases"),
                .. RecordedHeaders("dendrite-recordings"),
            ],
            AssertJudged
        );

    [Fact]
    public void The_headers_of_btauth_are_verified_or_refused_with_400_or_401() =>
        ParserFuzzing.Run(
            [Lines(new BtAuthSigner(Alice).Sign("POST", "/Challenge", Body, Bob, Now)), .. RecordedHeaders("btauth-cases")],
            AssertJudged
        );

    [Fact]
    public void A_body_is_a_challenge_or_there_is_a_sentence() =>
        ParserFuzzing.Run(
            [
                Body,
                "{}"u8.ToArray(),
                "{\"timestamp\":\"2026-11-22T15:37:59Z\"}"u8.ToArray(),
                .. Recorded("v10-cases")
                    .Concat(Recorded("btauth-cases"))
                    .SelectMany(RecordedRequest.Read)
                    .Select(step => step.Body.ToArray())
                    .Where(body => body.Length < 20_000),
            ],
            bytes =>
            {
                if (ChallengeRequest.TryParse(bytes, out var request, out var problem))
                {
                    // What is echoed must be a text.
                    JsonSerializer.SerializeToUtf8Bytes(request!.TimestampText);
                }
                else
                {
                    Assert.True(problem.Length > 10);
                }
            }
        );

    [Fact]
    public void A_timestamp_is_a_time_or_none() =>
        ParserFuzzing.Run(
            [
                "2026-11-22T15:37:59.808120+00:00"u8.ToArray(),
                "2026-11-22 15:37:59Z"u8.ToArray(),
                "2026-11-22T15:37"u8.ToArray(),
                "0001-01-01T00:00:00+14:00"u8.ToArray(),
                "9999-12-31T23:59:59-14:00"u8.ToArray(),
            ],
            bytes =>
                _ = ChallengeTimestamp.TryParse(Encoding.UTF8.GetString(bytes), out var time) && ChallengeTimestamp.Format(time).Length > 0
        );

    [Fact]
    public void An_address_that_is_read_is_written_as_it_was() =>
        ParserFuzzing.Run(
            [
                Text(Bob.ToString()),
                Text(new Ss58Address(Bob.PublicKey, 0).ToString()),
                Text(new Ss58Address(Bob.PublicKey, 16383).ToString()),
                .. Recorded("ss58").Select(line => Text(Json(line)["address"])),
            ],
            bytes =>
            {
                var text = Encoding.UTF8.GetString(bytes);
                if (Ss58Address.TryParse(text, out var address))
                {
                    Assert.Equal(text, address.ToString());
                }
            }
        );

    [Fact]
    public void A_signature_holds_for_its_own_key_and_message_alone()
    {
        // Key, signature and message. Not the invalid ones of the recording, which a mutation could correct.
        List<byte[]> sr25519 =
        [
            [.. Alice.PublicKey.ToArray(), .. Alice.Sign("message"u8), .. "message"u8],
            .. Recorded("sr25519")
                .Select(Json)
                .Where(fact => (bool)fact["valid"]!)
                .Select(fact => (byte[])[.. Hex(fact["public_key"]), .. Hex(fact["signature"]), .. Hex(fact["message"])]),
        ];
        // RFC 8032, 7.1, test 2.
        var ed25519 = Convert.FromHexString(
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
                + "72"
        );
        ParserFuzzing.Run(
            [.. sr25519, ed25519, new byte[96], [.. Enumerable.Repeat((byte)255, 96)]],
            bytes =>
            {
                if (bytes.Length < PublicKey.Length)
                {
                    return;
                }

                var key = new PublicKey(bytes.AsSpan(0, PublicKey.Length));
                var rest = bytes.AsSpan(PublicKey.Length);
                var signature = rest[..Math.Min(Sr25519.SignatureBytes, rest.Length)];
                var message = rest[signature.Length..];
                Assert.Equal(sr25519.Any(signed => bytes.AsSpan().SequenceEqual(signed)), Sr25519.Verify(key, message, signature));
                Assert.Equal(bytes.AsSpan().SequenceEqual(ed25519), Ed25519.Verify(key, message, signature));
            }
        );
    }

    [Fact]
    public void A_hotkey_file_has_a_content_or_there_is_a_sentence()
    {
        List<byte[]> corpus =
        [
            Text(
                $$"""{"accountId":"0x{{Alice.PublicKey}}","publicKey":"0x{{Alice.PublicKey}}","privateKey":"0x{{new string('1', 128)}}","secretSeed":"0x{{new string('2', 64)}}","ss58Address":"{{Alice.Address}}"}"""
            ),
            Text($$"""{"ss58Address":"{{Alice.Address}}"}"""),
            // In one order on every machine, since a seed chooses by the place in the corpus.
            .. Directory
                .GetFiles(RepositoryFolder.At("tests", "fixtures", "wallets"))
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];

        ParserFuzzing.Run(
            corpus,
            bytes =>
            {
                try
                {
                    using var content = HotkeyFileContent.Parse(bytes, out var why);
                    Assert.True(content is null ? why!.Length > 5 : !content.Address.PublicKey.IsZero);
                    if (content?.Secret is { } secret)
                    {
                        Assert.True(secret.Length is 32 or 64);
                    }
                }
                catch (Exception exception) when (exception is JsonException or InvalidOperationException)
                {
                    // What reads the file makes its sentence of these two.
                }
            }
        );
    }

    [Fact]
    public void A_file_of_any_bytes_is_a_hotkey_or_described_in_a_sentence()
    {
        List<byte[]> corpus =
        [
            Text($$"""{"publicKey":"0x{{Alice.PublicKey}}","secretSeed":"0x{{new string('2', 64)}}","ss58Address":"{{Alice.Address}}"}"""),
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes($$"""{"ss58Address":"{{Alice.Address}}"}""")],
            [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes($$"""{"ss58Address":"{{Alice.Address}}"}""")],
            [0xEF, 0xBB, 0xBF, .. Text($$"""{"ss58Address":"{{Alice.Address}}"}""")],
            "bottom drive obey lake curtain smoke basket hold race lonely fit walk"u8.ToArray(),
            "$NACLabcdef"u8.ToArray(),
        ];
        var path = Path.GetTempFileName();
        try
        {
            ParserFuzzing.RunCostly(
                corpus,
                cost: 10,
                bytes =>
                {
                    File.WriteAllBytes(path, bytes);
                    var summary = HotkeyFile.Examine(path);
                    Assert.True(summary.Address is not null || summary.Problem!.Length > 10);
                    Assert.Equal(summary.Address is not null, HotkeyFile.TryReadAddress(path, out _, out _));
                }
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    public void Whatever_a_miner_answers_is_read(int status) =>
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    """{"name":"Challenge","timestamp":"t","prediction":7.1035,"interval":[7.09,7.11]}""",
                    """{"prediction":null,"interval":null}""",
                    """{"prediction":1e999,"interval":[-1e999,"7"]}""",
                    """{"message":"Not Verified with error: Nonce is too old"}""",
                    """{"message":"\ud800","prediction":"7"}""",
                    "Bad Gateway",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            body =>
            {
                using var response = new HttpResponseMessage((HttpStatusCode)status);
                var reply = ChallengeReply.Read(DateTimeOffset.UnixEpoch, response, Encoding.UTF8.GetString(body), TimeSpan.Zero);
                Assert.True(double.IsFinite(reply.Prediction ?? 0) && (status == 200 || reply.Prediction is null));

                // The bounds are shown as the miner gave them, even reversed ones.
                Assert.True(reply.Interval is not { } interval || (double.IsFinite(interval.Lower) && double.IsFinite(interval.Upper)));
            }
        );

    [Fact]
    public void A_value_in_scale_is_one_or_none() =>
        ParserFuzzing.Run(
            [
                [0],
                [4, 1],
                [0x01, 0x04, .. Enumerable.Repeat((byte)1, 256)],
                Alice.PublicKey.ToArray(),
                [3, 255, 255, 255, 255],
                Convert.FromHexString("00093d000000000038a29800077100cb0000000000000000000000009b1f04040000"),
                Metagraph,
                [12, 1, 0, 2, 0, 3, 0],
            ],
            bytes =>
            {
                if (Scale.TryReadCompact(bytes, out var number, out var length))
                {
                    Assert.Equal(bytes[..length], Scale.EncodeCompact(number));
                }

                Assert.True(!Scale.TryDecodeBools(bytes, out var bools) || bools.Length < bytes.Length);
                Assert.True(!Scale.TryDecodePublicKey(bytes, out var key) || !key.IsZero);
                _ = Scale.TryDecodeU16(bytes, out _);
                _ = Scale.TryDecodeAxon(bytes, out var axon) ? axon.Address?.ToString() : null;
                _ = Scale.TryDecodeU16s(bytes, out _) | Scale.TryDecodeU64(bytes, out _);
                Assert.True(!SelectiveMetagraph.TryReadStake(bytes, 420, 1, 3, out var stake) || stake is >= 0 and < 2e10);
            }
        );

    [Fact]
    public void Names_that_people_write_are_read_or_refused() =>
        ParserFuzzing.Run(
            [
                "test"u8.ToArray(),
                "https://a.example:1/key,ws://[::1]:9944"u8.ToArray(),
                "//Alice//stash"u8.ToArray(),
                "//42"u8.ToArray(),
                Text(Alice.PublicKey),
            ],
            bytes =>
            {
                var text = Encoding.UTF8.GetString(bytes);
                Assert.True(
                    ChainEndpoints.TryParse(text, out var endpoints, out var problem) ? endpoints.Nodes.Count > 0 : problem.Length > 10
                );
                _ = PublicKey.TryParseHex(text, out _);
                if (DevelopmentKey.TryDerive(text.Length > 200 ? text[..200] : text, out var pair))
                {
                    pair.Dispose();
                }
            }
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_a_node_answers_to_any_question_a_read_gives_a_list_or_a_failure(int question) =>
        Lie(question, LyingNode.OfSubnet, (client, ct) => client.ReadSubnetAsync(420, ct), subnet => subnet!.Neurons.Count > 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_a_node_answers_a_standing_is_one_of_the_subnet_or_a_failure(int question) =>
        Lie(
            question,
            LyingNode.OfStanding,
            (client, ct) => client.ReadStandingAsync(420, Alice.PublicKey, ct),
            standing => standing is null || (standing.Uid < standing.Neurons && standing.Incentive is null or (>= 0 and <= 1))
        );

    [Fact]
    public void Whatever_a_node_answers_an_axon_is_an_address_or_a_failure() =>
        Lie(
            1,
            _ => LyingNode.OfAxon(),
            (client, ct) => client.ReadAxonAsync(420, Alice.PublicKey, ct),
            axon => axon?.Address?.ToString() is null or { Length: > 3 }
        );

    [Fact]
    public void Whatever_a_node_answers_a_uid_is_one_of_the_subnet_or_a_failure() =>
        Lie(1, _ => LyingNode.OfUid(), (client, ct) => client.ReadUidAsync(420, Alice.PublicKey, ct), uid => uid is null or < 4096);

    /// <summary>A node answers one question of a read with mutations of an honest answer.</summary>
    private static void Lie<T>(
        int question,
        Func<int, JsonNode> honest,
        Func<ChainClient, CancellationToken, Task<ChainRead<T>>> read,
        Func<T?, bool> isSound
    )
    {
        var node = new LyingNode(question, honest);
        using var http = new HttpClient(node);
        Assert.True(ChainEndpoints.TryParse("http://node.example", out var endpoints, out _));
        var client = new ChainClient(endpoints, http, TimeProvider.System);
        Assert.True(Read().Succeeded);
        Assert.True(node.WasAsked, "The read does not ask that question.");

        List<byte[]> corpus = [Text(node.Honest(question).ToJsonString())];
        foreach (var line in Recorded("chain-rpc").Take(6))
        {
            var answer = Json(line)["response"]!;
            answer["id"] = question;
            corpus.Add(Text(answer.ToJsonString()));
        }

        ParserFuzzing.Run(
            corpus,
            bytes =>
            {
                node.Lie = bytes;
                var result = Read();
                Assert.True(result.Succeeded ? isSound(result.Value) : result.Failure.Message.Length < 500, result.Failure?.Message);
            }
        );

        // Nothing is waited for: the answers are there.
        ChainRead<T> Read() => read(client, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }

    private static void AssertJudged(byte[] bytes)
    {
        var headers = Encoding
            .Latin1.GetString(bytes)
            .Split('\n')
            .Select(line => line.Split(": ", 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => KeyValuePair.Create(parts[0], parts[1]));
        var result = new RequestAuthentication(Bob).Authenticate(new("POST", "/Challenge", SignedRequests.Headers(headers), Body), Now);
        Assert.True(result.IsVerified ? result.Caller.Hotkey.Format == Ss58Address.BittensorFormat : result.Refusal.Status is 400 or 401);
        if (result.IsVerified)
        {
            _ = ReplayKey.Of(result.Caller);
        }
    }

    private static byte[] Lines(IEnumerable<KeyValuePair<string, string>> headers) =>
        Encoding.Latin1.GetBytes(string.Join('\n', headers.Select(header => $"{header.Key}: {header.Value}")));

    private static IEnumerable<byte[]> RecordedHeaders(string name) =>
        Recorded(name).SelectMany(RecordedRequest.Read).Select(step => Lines(step.Headers));

    private static IReadOnlyList<string> Recorded(string name) => RecordedFacts.Lines($"fixtures/{name}.jsonl");

    private static JsonNode Json(string line) => JsonNode.Parse(line)!;

    private static byte[] Text(object? text) => Encoding.UTF8.GetBytes(text!.ToString()!);

    private static byte[] Hex(JsonNode? text) => Convert.FromHexString((string)text!);

    /// <summary>A subnet's selective metagraph with the stakes of three.</summary>
    private static byte[] Metagraph => Convert.FromHexString("019106" + new string('0', 136) + "010ca10f411fe12e");

    /// <summary>A node with a subnet of three that answers one question as it is told.</summary>
    /// <param name="question">Which one, from 1.</param>
    /// <param name="honest">The honest result of each question.</param>
    private sealed class LyingNode(int question, Func<int, JsonNode> honest) : HttpMessageHandler
    {
        private const string Head = "0xb1e1894769fb52d4cd64a13682228393ab6777be6f93c9cff3cabc870ac98091";

        public byte[]? Lie { get; set; }

        public bool WasAsked { get; private set; }

        public static JsonNode OfSubnet(int number) =>
            number switch
            {
                1 => Head,
                2 => Header(),
                3 => Values((StorageKeys.ValidatorPermit(420), "0x0c010001"), (StorageKeys.SubnetworkN(420), "0x0300")),
                _ => Values([
                    .. Enumerable.Range(0, 3).Select(uid => (StorageKeys.Keys(420, (ushort)uid), "0x" + new string((char)('1' + uid), 64))),
                ]),
            };

        public static JsonNode OfStanding(int number) =>
            number switch
            {
                1 => Head,
                2 => Header(),
                3 => Values(
                    (StorageKeys.SubnetworkN(420), "0x0300"),
                    (StorageKeys.Uids(420, Alice.PublicKey), "0x0100"),
                    (StorageKeys.ValidatorPermit(420), "0x0c010001"),
                    (StorageKeys.Incentive(420), "0x0c010002000300"),
                    (StorageKeys.ImmunityPeriod(420), "0x201c")
                ),
                4 => Values((StorageKeys.BlockAtRegistration(420, 1), "0x0100000000000000")),
                _ => "0x" + Convert.ToHexStringLower(Metagraph),
            };

        public static JsonArray OfAxon() =>
            Values(
                (StorageKeys.SubnetworkN(420), "0x0300"),
                (StorageKeys.Axons(420, Alice.PublicKey), "0x00093d000000000038a29800077100cb0000000000000000000000009b1f04040000")
            );

        public static JsonArray OfUid() =>
            Values((StorageKeys.SubnetworkN(420), "0x0300"), (StorageKeys.Uids(420, Alice.PublicKey), "0x0200"));

        public JsonObject Honest(int number) =>
            new()
            {
                ["jsonrpc"] = "2.0",
                ["id"] = number,
                ["result"] = honest(number),
            };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(request.Content!.ReadAsStream(cancellationToken));
            var number = (int)JsonNode.Parse(reader.ReadToEnd())!["id"]!;
            WasAsked |= number == question;
            var answer = number == question && Lie is not null ? Lie : Encoding.UTF8.GetBytes(Honest(number).ToJsonString());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) });
        }

        private static JsonObject Header() => new() { ["number"] = "0x3d0900" };

        private static JsonArray Values(params (string Key, string Value)[] values) =>
            [
                new JsonObject
                {
                    ["block"] = Head,
                    ["changes"] = new JsonArray([.. values.Select(value => (JsonNode)new JsonArray(value.Key, value.Value))]),
                },
            ];
    }
}
