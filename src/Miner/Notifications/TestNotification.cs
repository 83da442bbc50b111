using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Notifications;

/// <summary>A message that an operator sends to see whether the webhook works.</summary>
public static class TestNotification
{
    /// <summary>Sends it, and returns why it was not accepted: null if it was. No reason contains the URL.</summary>
    public static async Task<string?> SendAsync(MinerSettings settings, TimeProvider clock, CancellationToken ct)
    {
        if (settings.Notifications is not { } notifications)
        {
            throw new ArgumentException("No webhook is set.", nameof(settings));
        }

        using var webhook = new Webhook(notifications, clock);
        var now = clock.GetUtcNow();
        return await webhook.SendAsync(
            new(
                "test",
                "begun",
                "A test message",
                "notifications of this miner arrive here",
                "Nothing: 'bittbridge doctor --notify' has sent it.",
                now,
                now,
                settings.Hotkey,
                settings.Netuid,
                ProductVersion.Value
            ),
            ct
        );
    }
}
