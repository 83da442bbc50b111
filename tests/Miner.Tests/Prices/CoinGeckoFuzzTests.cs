using System.Text;
using System.Text.Json;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>For random bytes in place of an answer, a parser reports an undocumented format and throws nothing.</summary>
public sealed class CoinGeckoFuzzTests
{
    private const string Key = "CG-0123456789abcdefghijkl";

    private static readonly byte[][] Prices =
    [
        .. new[]
        {
            """{"tether":{"cny":7.1035,"usd":0.9998,"last_updated_at":1763469000}}""",
            """{"tether":{"cny":null,"usd":"1","last_updated_at":1763469000.5}}""",
            """{"te\ud800ther":{"cny":7.1,"last_updated_at":1763469000}}""",
            """{"tether":{"c\ud800ny":7.1,"last_updated_at":1763469000}}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Charts =
    [
        .. new[]
        {
            """{"prices":[[1763469000123,7.1],[1763469300456,7.11],[1763469600789,null]],"market_caps":[[1,2]],"total_volumes":[]}""",
            """{"pri\udc00ces":[[1763469000123,7.1]]}""",
            """{"prices":[[1e999,7.1],[-1,7],["1",7],[1]]}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Errors =
    [
        .. new[]
        {
            """{"status":{"error_code":10011,"error_message":"If you are using Demo API key, please change your root URL"}}""",
            """{"error":{"status":{"error_code":"10002","error_message":"API Key Missing"}}}""",
            """{"error":"coin not found","error_code":404}""",
            """{"timestamp":"t","error_code":10010,"status":{"error_message":"\ud800"}}""",
            "error code: 1020",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void A_simple_price_is_a_price_or_not_as_documented() =>
        ParserFuzzing.Run(Prices, body => CoinGeckoJson.SimplePrice(body), typeof(JsonException));

    [Fact]
    public void A_chart_is_a_chart_or_not_as_documented() =>
        ParserFuzzing.Run(Charts, body => CoinGeckoJson.MarketChart(body), typeof(JsonException));

    [Theory]
    [InlineData(200, true)]
    [InlineData(401, true)]
    [InlineData(403, false)]
    public void An_error_is_one_line_without_the_key(int status, bool isJson) =>
        ParserFuzzing.Run(
            [.. Errors, .. Prices, Encoding.UTF8.GetBytes($$"""{"error":"{{Key}} is wrong"}""")],
            body =>
            {
                var failure = CoinGeckoFaults.Of(new(status, isJson, body, null), Key);
                Assert.DoesNotContain(failure?.ToString() ?? "", char.IsControl);
                Assert.DoesNotContain(Key, failure?.ToString() ?? "", StringComparison.OrdinalIgnoreCase);
                Assert.InRange(failure?.Detail.Length ?? 0, 0, 250);
            }
        );

    // Found by a fuzzer: half a surrogate pair in a name.
    [Fact]
    public void Names_with_half_a_surrogate_pair_are_not_as_documented()
    {
        Assert.Throws<JsonException>(() =>
            CoinGeckoJson.SimplePrice(
                File.ReadAllBytes(RecordedFacts.PathOf("fixtures/faults/unit-CoinGecko-simple-InvalidOperationException.bin"))
            )
        );
        Assert.Throws<JsonException>(() =>
            CoinGeckoJson.MarketChart(
                File.ReadAllBytes(RecordedFacts.PathOf("fixtures/faults/unit-CoinGecko-chart-InvalidOperationException.bin"))
            )
        );
    }
}
