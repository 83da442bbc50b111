using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.TrackRecord;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Notifications;

/// <summary>Registers the notifications, if a webhook is set.</summary>
internal static class NotificationServices
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, MinerSettings settings)
    {
        if (settings.Notifications is { } notifications)
        {
            services.AddSingleton(provider => new Webhook(notifications, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<NotificationConditions>();
            services.AddSingleton<Notifier>();
            services.AddHostedService(provider => provider.GetRequiredService<Notifier>());
            services.AddSingleton<IAfterPoll>(provider => provider.GetRequiredService<Notifier>());
        }

        return services;
    }
}
