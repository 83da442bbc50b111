using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Whether the validators that call the miner ask for its task and have access.</summary>
internal sealed class CallersHealth(InstanceCounts counts, MinerSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The maximum number of callers in a description.</summary>
    private const int MaxNames = 3;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await counts.RefreshIfDueAsync(cancellationToken).WaitAsync(settings.Budget, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The counts of the other instances are those that were read last.
        }

        return Check(counts.Known.Callers, settings);
    }

    /// <param name="recent">The callers of the last hour.</param>
    /// <param name="settings">The settings, for the remedy.</param>
    public static HealthCheckResult Check(IReadOnlyList<CallerActivity.Activity> recent, MinerSettings settings)
    {
        var otherTasks = recent.Where(caller => caller.OtherTasks >= CallerActivity.MinRequests).ToList();
        if (otherTasks.Count > 0)
        {
            var who = otherTasks
                .Take(MaxNames)
                .Select(caller =>
                    $"{caller.Caller} asks for forecasts {CallerActivity.InWords(caller.Offset)} ({caller.OtherTasks} times)"
                );
            var unnamed = otherTasks.Count - MaxNames;
            var more = unnamed > 0 ? $", and {unnamed} more {(unnamed == 1 ? "caller asks" : "callers ask")} for another task" : "";
            return HealthCheckResult.Degraded(
                $"in the last hour {string.Join(", ", who)}{more}; this miner forecasts USDT/CNY 1 h ahead: set "
                    + $"{SettingNames.Full(SettingNames.Netuid)} ({settings.Netuid}) to the subnet whose validators ask for that"
            );
        }

        var answered = recent.Count(caller => caller.Answered > 0);
        var refused = recent.Where(caller => caller.LackedPermit >= CallerActivity.MinRequests).ToList();
        var others = refused.Count > 1 ? $", like {refused.Count - 1} more {(refused.Count == 2 ? "caller" : "callers")}" : "";
        return answered == 0 && refused.Count > 0
            ? HealthCheckResult.Degraded(
                $"in the last hour no caller was answered, and {refused[0].Caller} was refused {refused[0].LackedPermit} times because it "
                    + $"has no validator permit{others}: if it is the subnet's validator, set {SettingNames.Full(SettingNames.Access)} to "
                    + "registered"
            )
            : HealthCheckResult.Healthy(
                answered switch
                {
                    0 => "no challenge was answered in the last hour",
                    1 => "one caller was answered in the last hour",
                    _ => $"{answered} callers were answered in the last hour",
                }
            );
    }
}
