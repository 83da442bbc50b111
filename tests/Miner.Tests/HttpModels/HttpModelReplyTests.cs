using System.Net;
using System.Text;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.HttpModels;

/// <summary>A program that serves a model may answer with anything.</summary>
public sealed class HttpModelReplyTests
{
    private const string Server = "http://model.example";
    private const string Token = "a-token-of-the-operator";

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void Any_bytes_are_a_usable_forecast_or_none_or_are_refused_in_one_line_without_the_token(HttpStatusCode status) =>
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    """{"prediction": 7.1035, "interval": [7.09, 7.11]}""",
                    """{"prediction": 7.1035, "interval": null, "model": "mine"}""",
                    """{"prediction": null, "interval": [1, 2]}""",
                    """{"prediction": 1e999, "interval": [-1e999, "7"]}""",
                    """{"prediction": 7.1, "interval": {"lower": 7, "upper": [8]}}""",
                    """{"prediction": 7.1, "int\ud800erval": [7.0, 7.2], "\udfff\udfff": 1}""",
                    """{"error": "MyModel.predict() raised\nKeyError: 'x'."}""",
                    """{"error": "\u001b[31m\ud800", "err\ud800or": 1}""",
                    $$"""{"error": "{{Token}} is wrong"}""",
                    "<html><body>Bad Gateway</body></html>",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            body =>
            {
                try
                {
                    var forecast = new HttpModelReply(Server, status, body).Forecast(Token);
                    Assert.Equal(HttpStatusCode.OK, status);
                    Assert.True(forecast is null || PricePoint.IsPrice(forecast.Price));
                    Assert.True(
                        forecast?.Interval is not { } interval
                            || (double.IsFinite(interval.Lower) && double.IsFinite(interval.Upper) && interval.Lower <= interval.Upper)
                    );
                }
                catch (UnusableAnswerException refused)
                {
                    Assert.StartsWith($"{Server} answered ", refused.Message, StringComparison.Ordinal);
                    Assert.InRange(refused.Message.Length, 40, 1500);
                    Assert.DoesNotContain(refused.Message, char.IsControl);
                    Assert.DoesNotContain(Token, refused.Message, StringComparison.Ordinal);
                    Assert.Equal(status == HttpStatusCode.ServiceUnavailable, refused.IsTransient);
                }
            }
        );
}
