using System.Net;
using System.Text;
using Bittbridge.Miner.Http;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>A caller from elsewhere is the operator only with the token.</summary>
public sealed class OperatorTokenTests
{
    private const string Token = "a-token-that-is-long-enough-for-an-operator";

    private static readonly OperatorAccess Access = new(new() { Storage = new("UseDevelopmentStorage=true"), OperatorToken = Token });

    private static readonly string[] Given =
    [
        $"Bearer {Token}",
        $"bEARER  {Token}",
        $"Basic {Base64($"operator:{Token}")}",
        $"Basic {Base64($":{Token}")}",
    ];

    [Fact]
    public void It_is_taken_as_a_bearer_token_and_as_a_password() => Assert.Every(Given, text => Assert.True(Allows(text), text));

    [Fact]
    public void Whatever_a_header_holds_only_the_token_lets_in() =>
        ParserFuzzing.Run(
            [
                .. Given.Select(Encoding.Latin1.GetBytes),
                .. new[]
                {
                    "",
                    "Basic",
                    "Basic =",
                    "Basic Og==",
                    $"Basic {new string('A', 12_000)}",
                    $"Digest {Token}",
                    "Bearer \u00e9",
                }.Select(Encoding.Latin1.GetBytes),
            ],
            bytes =>
            {
                var text = Encoding.Latin1.GetString(bytes);
                Assert.True(!Allows(text) || HoldsToken(text), text);
            }
        );

    private static bool Allows(string authorization)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        context.Request.Headers.Authorization = authorization;
        return Access.Allows(context);
    }

    /// <summary>Whether what follows the scheme is the token, or ends with it in Base64, in which spaces do not count.</summary>
    private static bool HoldsToken(string text)
    {
        var header = text.Trim();
        var end = header[(header.IndexOfAny([' ', '\t']) + 1)..].Trim();
        var decoded = new byte[end.Length];
        return end == Token
            || (
                Convert.TryFromBase64String(end, decoded, out var length)
                && Encoding.Latin1.GetString(decoded, 0, length).EndsWith(':' + Token, StringComparison.Ordinal)
            );
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
