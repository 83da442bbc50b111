using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Configuration;

public sealed class ShownTests
{
    [Fact]
    public void No_secret_is_shown_as_value_path_network_or_message() =>
        Assert.Every(
            Secrets.All,
            secret =>
            {
                foreach (
                    var shown in new[]
                    {
                        Shown.Value(secret.Text),
                        Shown.PathValue("/no/such/folder/" + secret.Text),
                        Shown.Network(secret.Text),
                        Shown.Message($"Unrecognized command or argument '{secret.Text}'.", [secret.Text]),
                    }
                )
                {
                    Assert.DoesNotContain(secret.Hidden, shown, StringComparison.OrdinalIgnoreCase);
                }
            }
        );

    [Theory]
    [InlineData(Secrets.Phrase, "what looks like a secret phrase of 12 words (not shown)")]
    [InlineData("0x" + Secrets.Seed, "a number of 64 hex digits, which may be a secret seed (not shown)")]
    [InlineData(Secrets.PrivateKey, "a number of 128 hex digits, which looks like a private key (not shown)")]
    [InlineData(
        "https://node.example:8443/v2/AbCdEf",
        "a URL of https://node.example:8443 with a path (not shown, because it may contain a key)"
    )]
    public void What_was_given_is_said(string text, string shown) => Assert.Equal(shown, Shown.Value(text));

    [Theory]
    [InlineData("bottom|drive|obey|lake|curtain|smoke|basket|hold|race|lonely|fit|walk")]
    [InlineData("bottom/drive/obey/lake/curtain/smoke/basket/hold/race/lonely/fit/walk")]
    [InlineData("bottom+drive+obey+lake+curtain+smoke+basket+hold+race+lonely+fit+walk")]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [InlineData("//Alice///password")]
    public void However_a_secret_is_written_it_is_not_shown(string text)
    {
        var shown = Shown.Value(text);
        Assert.EndsWith("(not shown)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(text, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("My Account")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz")]
    [InlineData("every five minutes")]
    [InlineData("45 4-59/5 * * * *")]
    [InlineData("averaged-smoothers@2025-10-28")]
    [InlineData("https://api.coingecko.com/api/v3")]
    [InlineData("http://127.0.0.1:8091")]
    [InlineData("//Alice")]
    [InlineData("")]
    public void What_holds_no_secret_is_quoted(string text) => Assert.Equal($"'{text}'", Shown.Value(text));

    [Fact]
    public void Control_characters_do_not_take_a_message_apart() => Assert.Equal("'a\\u000ab\\u001b'", Shown.Value("a\nb\u001b"));

    [Fact]
    public void A_path_is_shown_with_the_folders_that_exist()
    {
        var folder = Directory.CreateTempSubdirectory("x1Y2z3A4b5C6d7E8f9");
        try
        {
            Assert.Equal(Path.Combine(folder.FullName, "model.json"), Shown.Path(Path.Combine(folder.FullName, "model.json")));
        }
        finally
        {
            folder.Delete();
        }
    }
}
