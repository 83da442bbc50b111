using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Notifications;

/// <summary>The conditions that are reported to the operator, from the parts of the health report and from the miner's standing.</summary>
internal sealed class NotificationConditions(
    MinerHealth health,
    InstanceCounts counts,
    StandingRefresh standing,
    KnownValidators validators,
    MinerSettings settings,
    TimeProvider clock
)
{
    /// <summary>Two rounds of challenges: validators ask every five minutes.</summary>
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AtOnce = TimeSpan.Zero;

    /// <summary>A part may need this long after the start.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AfterFirstChainRead = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<NotifiedCondition>> ReadAsync(CancellationToken ct)
    {
        // Also reads the counts of the other instances if they are due.
        var parts = (await health.CheckAsync(ct)).Entries;
        var list = validators.Record.List;
        var hotkeyProblem = AccessHealth.HotkeyProblem(settings, list);
        return
        [
            NoChallenge(counts.Known.Callers),
            OfPart(
                parts["prices"],
                "price-too-old",
                "The price is too old or does not change",
                "Run 'bittbridge doctor': it checks the price source and its key.",
                AfterStart
            ),
            OfPart(
                parts["model"],
                "model",
                "A model fails or can't be used",
                "Run 'bittbridge doctor' and see the log. 'bittbridge models rollback' takes back a version that was activated.",
                AtOnce
            ),
            OtherTask(counts.Known.Callers),
            await AxonAsync(hotkeyProblem is null, ct),
            NotRegistered(hotkeyProblem, isKnown: list is not null),
            ValidatorList(parts["access"]),
        ];
    }

    private NotifiedCondition NoChallenge(IReadOnlyList<CallerActivity.Activity> callers)
    {
        var last = callers.Count == 0 ? (DateTimeOffset?)null : callers.Max(caller => caller.Last);
        var isQuiet = last is not { } time || clock.GetUtcNow() - time > QuietAfter;
        return new(
            "no-challenge",
            $"No validator has called for {settings.Notifications!.NoChallengeAfter.TotalMinutes:0} minutes",
            last is { } known ? $"the last call was at {known:HH:mm} UTC" : "no call is known from the last hour",
            "Run 'bittbridge axon': it shows whether the chain leads to this miner and whether its port can be reached.",
            isQuiet,
            // After a start earlier calls are not known.
            settings.Notifications.NoChallengeAfter - (last is null ? TimeSpan.Zero : QuietAfter)
        );
    }

    private NotifiedCondition OtherTask(IReadOnlyList<CallerActivity.Activity> callers)
    {
        var asksForAnother = callers.Any(caller => caller.OtherTasks >= CallerActivity.MinRequests);
        return new(
            "other-task",
            "A validator asks for another task",
            asksForAnother ? CallersHealth.Check(callers, settings).Description! : "no validator asks for another task",
            "Compare the subnet's task with docs/from-python.md: this miner serves USDT/CNY, one hour ahead.",
            asksForAnother,
            AtOnce
        );
    }

    private NotifiedCondition NotRegistered(string? problem, bool isKnown) =>
        new(
            "not-registered",
            "The hotkey is not registered in the subnet",
            problem ?? "the hotkey is registered",
            Shown.Capitalized(AccessHealth.HotkeyRemedy(settings)) + ".",
            settings.Hotkey is null || !isKnown ? null : problem is not null,
            AtOnce
        );

    private static NotifiedCondition ValidatorList(HealthReportEntry access) =>
        new(
            "validator-list",
            "The list of validators can't be relied on",
            access.Description ?? "",
            "Run 'bittbridge doctor': it checks the chain and the hotkey.",
            access.Data.GetValueOrDefault(AccessHealth.ListStatus) is HealthStatus and not HealthStatus.Healthy,
            AfterFirstChainRead
        );

    private async Task<NotifiedCondition> AxonAsync(bool isRegistered, CancellationToken ct)
    {
        OwnStanding? own = null;
        try
        {
            own = await standing.ReadAsync(ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            // Not known; the next run reads it again.
        }

        return new(
            "axon",
            "The chain does not lead validators to this miner",
            own switch
            {
                null => "not read yet",
                { Reach: AxonReach.NoAddress } => "the chain has no address for the hotkey",
                { Reach: AxonReach.OtherMiner } => $"a miner with the hotkey {own.OtherHotkey} answers at {own.Axon}",
                { Reach: AxonReach.NoMiner } => $"no miner answers at {own.Axon}",
                { Reach: AxonReach.NotPublic } => $"{own.Axon} is not a public address",
                { Reach: AxonReach.NotReached } => $"{own.Axon} can't be called from here",
                _ => $"this miner answers at {own.Axon}",
            },
            "Run 'bittbridge axon --ip IP --port PORT': it prints the btcli command that announces the address.",
            own?.Reach switch
            {
                // Some networks don't let a machine call its own public address.
                null or AxonReach.NotReached => null,

                // Then there is no address either, and one notification says why.
                _ when !isRegistered => null,
                AxonReach.ThisMiner => false,
                _ => true,
            },
            AtOnce
        );
    }

    private static NotifiedCondition OfPart(HealthReportEntry part, string name, string title, string remedy, TimeSpan patience) =>
        new(name, title, part.Description ?? "", remedy, part.Status != HealthStatus.Healthy, patience);
}
