using System.Text;
using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Notifications;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Tests.Notifications;

public sealed class NotificationSettingsTests
{
    internal static readonly Notification Begun = new(
        "axon",
        "begun",
        "The chain does not lead validators to this miner",
        "a <b> & c",
        "Run 'bittbridge axon'.",
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch,
        "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
        420,
        "0.1.0"
    );

    [Theory]
    [InlineData("https://discord.com/api/webhooks/1/TOKEN", WebhookFormat.Discord)]
    [InlineData("https://discordapp.com/api/webhooks/1/TOKEN", WebhookFormat.Discord)]
    [InlineData("https://ptb.discord.com/api/webhooks/1/TOKEN", WebhookFormat.Discord)]
    [InlineData("https://canary.discord.com/api/webhooks/1/TOKEN", WebhookFormat.Discord)]
    [InlineData("https://hooks.slack.com/services/T/B/TOKEN", WebhookFormat.Slack)]
    [InlineData("https://hooks.slack-gov.com/services/T/B/TOKEN", WebhookFormat.Slack)]
    [InlineData("https://api.telegram.org/botTOKEN/sendMessage?chat_id=-7", WebhookFormat.Telegram)]
    [InlineData("https://example.org/TOKEN", WebhookFormat.Json)]
    [InlineData("http://127.0.0.1:9/TOKEN", WebhookFormat.Json)]
    [InlineData("http://localhost:9/TOKEN", WebhookFormat.Slack, "slack")]
    public void The_shape_follows_from_the_URL_or_the_setting(string url, WebhookFormat expected, string? format = null)
    {
        var reading = Examine(url, format);

        Assert.Empty(reading.Problems);
        Assert.Equal(expected, reading.Settings.Notifications!.Format);
        Assert.DoesNotContain("TOKEN", reading.Settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.org/TOKEN")]
    [InlineData("ftp://127.0.0.1/TOKEN")]
    [InlineData("https://user:TOKEN@example.org/")]
    [InlineData("TOKEN")]
    [InlineData("https://api.telegram.org/bot7:SECRET/sendMessage")]
    public void Any_other_URL_is_refused_without_being_shown(string url)
    {
        var reading = Examine(url, null);

        var problem = Assert.Single(reading.Problems);
        Assert.Equal("Bittbridge:Notify:Webhook", problem.Name);
        Assert.DoesNotContain(url, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("example", problem.ToString(), StringComparison.Ordinal);
        Assert.Null(reading.Settings.Notifications);
    }

    [Fact]
    public void Each_service_gets_the_body_that_it_takes()
    {
        var discord = Body(WebhookFormat.Discord);
        var slack = Body(WebhookFormat.Slack);
        var telegram = Body(WebhookFormat.Telegram);
        var json = Body(WebhookFormat.Json);

        Assert.Contains("What to do: Run 'bittbridge axon'.", discord.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, discord.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength());
        Assert.Contains("&lt;b&gt; &amp; c", slack.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("-7", telegram.GetProperty("chat_id").GetString());
        Assert.Contains("subnet 420", telegram.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("axon", "begun", 420),
            (json.GetProperty("event").GetString(), json.GetProperty("state").GetString(), json.GetProperty("netuid").GetInt32())
        );
    }

    [Fact]
    public void The_text_says_what_is_wrong_or_over_for_which_miner_and_what_to_do()
    {
        const string Subject = "The chain does not lead validators to this miner";
        var over = Begun with { State = "over", Remedy = null };
        var bare = Begun with { Detail = "", Hotkey = null };

        Assert.Equal($"⚠️ {Subject} (5FHneW…94ty, subnet 420). A <b> & c.\nWhat to do: Run 'bittbridge axon'.", Begun.Text);
        Assert.Equal($"✅ Over: {Subject} (5FHneW…94ty, subnet 420). Now: a <b> & c", over.Text);
        Assert.Equal($"⚠️ {Subject} (the miner, subnet 420).\nWhat to do: Run 'bittbridge axon'.", bare.Text);
    }

    [Fact]
    public void A_long_detail_is_cut_to_what_every_service_takes()
    {
        var text = (Begun with { Detail = new string('x', 10_000) }).Text;

        Assert.InRange(text.Length, 1000, 2000);
        Assert.EndsWith("What to do: Run 'bittbridge axon'.", text, StringComparison.Ordinal);
    }

    private static JsonElement Body(WebhookFormat format) =>
        JsonDocument.Parse(Encoding.UTF8.GetString(Begun.Body(format, "-7"))).RootElement;

    private static SettingsReading Examine(string webhook, string? format) =>
        SettingsReader.Examine(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("ASPNETCORE_ENVIRONMENT", "Development"),
                    new("Bittbridge:Access", "open"),
                    new("Bittbridge:Notify:Webhook", webhook),
                    new("Bittbridge:Notify:Format", format),
                ])
                .Build()
        );
}
