using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Notifications;

/// <summary>What the operator is told: the generic JSON body.</summary>
/// <param name="Event">Such as <c>price-too-old</c>.</param>
/// <param name="State"><c>begun</c> or <c>over</c>.</param>
/// <param name="Title">What is or was wrong, in a few words.</param>
/// <param name="Detail">The state of things in words.</param>
/// <param name="Remedy">What to do; null when it is over.</param>
/// <param name="Since">Since when.</param>
/// <param name="At">When the notification was made.</param>
/// <param name="Hotkey">The miner's address.</param>
/// <param name="Netuid">The subnet.</param>
/// <param name="Version">The version of the miner.</param>
internal sealed record Notification(
    string Event,
    string State,
    string Title,
    string Detail,
    string? Remedy,
    DateTimeOffset? Since,
    DateTimeOffset At,
    string? Hotkey,
    int Netuid,
    string Version
)
{
    /// <summary>The longest text that all services take.</summary>
    private const int MaxText = 1900;

    /// <summary>The text for a chat.</summary>
    public string Text
    {
        get
        {
            var miner = Hotkey is { Length: > 12 } hotkey ? $"{hotkey[..6]}…{hotkey[^4..]}" : "the miner";
            var subject = $"{Title} ({miner}, subnet {Netuid}).";
            // What to do is never cut off.
            var room = MaxText - subject.Length - (Remedy?.Length ?? 0);
            var detail = Detail.Length <= room ? Detail : Detail[..room] + "…";
            return State == "over" ? $"✅ Over: {subject} Now: {detail}"
                : detail.Length == 0 ? $"⚠️ {subject}\nWhat to do: {Remedy}"
                : $"⚠️ {subject} {Shown.Capitalized(detail)}.\nWhat to do: {Remedy}";
        }
    }

    /// <summary>The body in a service's shape.</summary>
    public byte[] Body(WebhookFormat format, string? telegramChat) =>
        format switch
        {
            // No text of the miner may mention everyone on a server.
            WebhookFormat.Discord => Json(
                new()
                {
                    ["content"] = Text,
                    ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
                }
            ),
            WebhookFormat.Slack => Json(
                new()
                {
                    ["text"] = Text.Replace("&", "&amp;", StringComparison.Ordinal)
                        .Replace("<", "&lt;", StringComparison.Ordinal)
                        .Replace(">", "&gt;", StringComparison.Ordinal),
                }
            ),
            WebhookFormat.Telegram => Json(
                new()
                {
                    ["chat_id"] = telegramChat,
                    ["text"] = Text,
                    ["disable_web_page_preview"] = true,
                }
            ),
            _ => JsonSerializer.SerializeToUtf8Bytes(this, NotificationJson.Default.Notification),
        };

    private static byte[] Json(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Notification))]
internal sealed partial class NotificationJson : JsonSerializerContext;
