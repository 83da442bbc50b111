using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.WebUtilities;

namespace Bittbridge.Miner.Notifications;

/// <summary>Where notifications go.</summary>
/// <param name="Webhook">The URL, which contains a token.</param>
/// <param name="Format">The shape of the message.</param>
/// <param name="NoChallengeAfter">How long no validator calls until that is told.</param>
public sealed record NotificationSettings(Uri Webhook, WebhookFormat Format, TimeSpan NoChallengeAfter)
{
    /// <summary>The chat of Telegram, from the URL's query.</summary>
    public string? TelegramChat => QueryHelpers.ParseQuery(Webhook.Query).GetValueOrDefault("chat_id");

    /// <summary>What may be shown of the URL: its host.</summary>
    public string ShownTarget => Shown.Url(Webhook);

    public override string ToString() => $"{Format} to {ShownTarget}";

    /// <summary>Null if no webhook is set, or it can't be used.</summary>
    internal static NotificationSettings? Read(SettingValues values)
    {
        var minutes = values.Number(SettingNames.NotifyNoChallengeMinutes, 30, 15, 24 * 60, whole: true);
        var format = values.Choice(SettingNames.NotifyFormat, WebhookFormat.Auto);
        if (values.OptionalSecret(SettingNames.NotifyWebhook) is not { } text)
        {
            return null;
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            || url.UserInfo.Length > 0
        )
        {
            values.Add(
                SettingNames.NotifyWebhook,
                "a text (not shown)",
                "set it to the https URL that Discord, Slack or your own receiver gave you (http only on this machine)",
                detail: "which is no https URL without a login"
            );
            return null;
        }

        var settings = new NotificationSettings(url, format == WebhookFormat.Auto ? FormatOf(url) : format, TimeSpan.FromMinutes(minutes));
        if (settings.Format == WebhookFormat.Telegram && string.IsNullOrEmpty(settings.TelegramChat))
        {
            values.Add(
                SettingNames.NotifyWebhook,
                "a URL (not shown)",
                "set it to https://api.telegram.org/botTOKEN/sendMessage?chat_id=CHAT, or Bittbridge:Notify:Format to another service",
                detail: "which has no chat_id for Telegram"
            );
            return null;
        }

        return settings;
    }

    private static WebhookFormat FormatOf(Uri url) =>
        url.Host switch
        {
            "discord.com" or "discordapp.com" or "ptb.discord.com" or "canary.discord.com" => WebhookFormat.Discord,
            "hooks.slack.com" or "hooks.slack-gov.com" => WebhookFormat.Slack,
            "api.telegram.org" => WebhookFormat.Telegram,
            _ => WebhookFormat.Json,
        };
}

/// <summary>The shape of a notification's body.</summary>
public enum WebhookFormat
{
    /// <summary>By the host of the URL.</summary>
    Auto,

    /// <summary>A generic JSON object.</summary>
    Json,

    /// <summary>An incoming webhook of Discord.</summary>
    Discord,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>The method sendMessage of Telegram's bot API.</summary>
    Telegram,
}
