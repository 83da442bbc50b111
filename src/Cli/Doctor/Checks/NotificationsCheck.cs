using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Notifications;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Sends a test message to the webhook.</summary>
internal sealed class NotificationsCheck(MinerSettings settings, TimeProvider clock) : ICheck
{
    public string Name => "notifications";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (settings.Notifications is not { } notifications)
        {
            return Finding.Failed(
                "no webhook is set, so the miner reports no problem by itself",
                $"Set Bittbridge:{SettingNames.NotifyWebhook} to a URL that Discord, Slack, Telegram or your own receiver gave you."
            );
        }

        return await TestNotification.SendAsync(settings, clock, ct) is { } failure
            ? Finding.Failed(
                $"a test message was not accepted by {notifications.ShownTarget}: {failure}",
                $"If the URL in Bittbridge:{SettingNames.NotifyWebhook} is right, try again later; else replace it: it may have "
                    + "been revoked or cut."
            )
            : Finding.Passed($"{notifications.ShownTarget} accepted a test message ({notifications.Format.ToString().ToLowerInvariant()})");
    }
}
