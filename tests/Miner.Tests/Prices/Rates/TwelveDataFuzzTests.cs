using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices.Rates;

/// <summary>For random bytes in place of an answer, there are possible rates or a failure, and nothing is thrown.</summary>
public sealed class TwelveDataFuzzTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly FakeTimeProvider Clock = new(new(2026, 11, 23, 10, 4, 45, TimeSpan.Zero));

    private static readonly byte[][] Answers =
    [
        .. new[]
        {
            """{"meta":{"symbol":"USD/CNH"},"values":[{"datetime":"2026-11-23 10:00:00","close":"7.0955"},{"datetime":"2026-11-23 09:55:00","close":"7.0944"}],"status":"ok"}""",
            """{"values":[null,{"datetime":"0001-01-01 00:00:00","close":"10"},{"datetime":"9999-12-31 23:59:59","close":"5"}],"status":"ok"}""",
            """{"values":[{"datetime":"2026-11-23 10:00:00","close":"7.1"}],"\ud800\ud800":"\udfff"}""",
            $$"""{"code":401,"message":"{{Key}} is wrong","status":"error"}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void Whatever_it_answers_there_are_possible_rates_or_a_failure_without_the_key()
    {
        using var answer = new Answer();
        using var http = new HttpClient(answer);
        var source = new TwelveDataSource(http, new() { TwelveDataApiKey = Key }, Clock);
        ParserFuzzing.Run(
            Answers,
            body =>
            {
                answer.Body = body;
                var fetch = Fetch(source);
                Assert.Equal(fetch.Rates.Count == 0, fetch.Failure is not null);
                Assert.All(
                    fetch.Rates,
                    rate =>
                    {
                        Assert.InRange(rate.Rate, PriceCheck.MinCny, PriceCheck.MaxCny);
                        Assert.True(rate.KnownAt <= Clock.GetUtcNow());
                    }
                );
                Assert.DoesNotContain(Key, fetch.Failure?.ToString() ?? "", StringComparison.Ordinal);
                Assert.DoesNotContain(fetch.Failure?.ToString() ?? "", char.IsControl);
            }
        );
    }

    /// <summary>Nothing is waited for: the answer is there, and a status of 200 is not tried again.</summary>
    private static RateFetch Fetch(TwelveDataSource source) =>
        source.LatestAsync(TimeSpan.FromDays(1), TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    private sealed class Answer : HttpMessageHandler
    {
        public byte[] Body { get; set; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
