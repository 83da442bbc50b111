using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Access;

/// <summary>Which callers the miner accepts, and the age of the validator list behind that decision.</summary>
internal sealed class AccessHealth(
    KnownValidators known,
    ValidatorCache directory,
    ValidatorRefresh refresh,
    MinerSettings settings,
    TimeProvider clock
) : IHealthCheck
{
    /// <summary>The key in the result's data of the list's own status, which leaves out problems of the miner's hotkey.</summary>
    public const string ListStatus = "list";

    /// <summary>Housekeeping reads the list every hour, so a list older than this indicates a problem.</summary>
    private static readonly TimeSpan OldList = TimeSpan.FromHours(3);

    /// <summary>Why no validator can find the miner by its hotkey; null when the list has it, or is not known.</summary>
    public static string? HotkeyProblem(MinerSettings settings, ValidatorSnapshot? list) =>
        settings.Hotkey is { } hotkey && list is not null && !list.IsRegistered(Ss58Address.Parse(hotkey).PublicKey)
            ? $"the miner's own hotkey {hotkey} is not registered in subnet {settings.Netuid}, so no validator will find it"
            : null;

    /// <summary>The remedy for <see cref="HotkeyProblem"/>.</summary>
    public static string HotkeyRemedy(MinerSettings settings) =>
        $"register it, which costs TAO, with '{BtcliText.Register(settings.Netuid, settings.Network)}', or set Bittbridge:Hotkey to "
        + "the one that is";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    /// <summary>Unhealthy when no caller gets an answer.</summary>
    public HealthCheckResult Check()
    {
        var mode = settings.Access.ToString().ToLowerInvariant();
        if (settings.Access == AccessMode.Open)
        {
            return HealthCheckResult.Healthy($"{mode}: every caller is answered");
        }

        // In `signed` mode a missing list or an unregistered hotkey blocks no caller.
        var (isMissed, list) = (settings.Access != AccessMode.Signed, known.Record.List);
        var age = list is null ? TimeSpan.MaxValue : clock.GetUtcNow() - list.ReadAt;
        var complaints = Complaints(list, age).ToList();
        var hotkeyProblem = HotkeyProblem(settings, list);
        var listStatus =
            !isMissed ? HealthStatus.Healthy
            : complaints.Exists(complaint => complaint.RefusesAll) ? HealthStatus.Unhealthy
            : complaints.Count > 0 || age > OldList ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        var isHotkeyMissed = isMissed && hotkeyProblem is not null && listStatus == HealthStatus.Healthy;
        string?[] said =
        [
            $"{mode}: {InWords(list, age)}",
            .. complaints.Select(complaint => complaint.Text),
            hotkeyProblem is null ? null : $"{hotkeyProblem}: {HotkeyRemedy(settings)}",
            .. Failures(),
        ];
        return new(
            isHotkeyMissed ? HealthStatus.Degraded : listStatus,
            string.Join("; ", said.Where(text => text is not null)),
            data: new Dictionary<string, object> { [ListStatus] = listStatus }
        );
    }

    private IEnumerable<(string Text, bool RefusesAll)> Complaints(ValidatorSnapshot? list, TimeSpan age)
    {
        if (list is null)
        {
            yield return (
                settings.Access == AccessMode.Signed
                    ? "no caller has priority"
                    : "no caller is answered until one is read: check that the miner can reach the nodes in Bittbridge:Network",
                true
            );
            yield break;
        }

        if (refresh.LastConcern is { } concern)
        {
            yield return (concern, false);
        }

        if (age < -ValidatorSnapshot.MaxAhead)
        {
            yield return ("that time is in the future, so the list is not used: check the clocks of all instances", true);
        }
        else if (age > settings.ValidatorsMaxAge)
        {
            yield return (
                $"that is more than {settings.ValidatorsMaxAge.TotalHours:0.#} hours, so "
                    + $"{(settings.Access == AccessMode.Signed ? "no caller has priority" : "no caller is answered")} until it is read "
                    + $"again: check that the miner can reach the nodes in Bittbridge:Network",
                true
            );
        }

        if (settings.Access == AccessMode.Permit && list.Permits == 0)
        {
            yield return (
                "no hotkey has a validator permit, so no caller is answered: check that Bittbridge:Netuid and Bittbridge:Network name the "
                    + "right subnet, or set Bittbridge:Access to registered",
                true
            );
        }
    }

    private IEnumerable<string> Failures()
    {
        if (refresh.LastFailure is { } failure)
        {
            yield return $"last chain read failed: {failure}";
        }

        if (directory.LastReadFailure is { } reading)
        {
            yield return $"shared validator list could not be read: {reading}";
        }
    }

    private string InWords(ValidatorSnapshot? list, TimeSpan age) =>
        list is null ? $"no list of subnet {settings.Netuid} is known yet"
        : age < -ValidatorSnapshot.MaxAhead
            ? $"the list of subnet {settings.Netuid} was read at {list.ReadAt:u}, which is ahead of this machine's clock"
        : $"subnet {settings.Netuid} has {list.Subnet.Neurons.Count} hotkeys, {list.Permits} with a permit, at block "
            + $"{list.Subnet.Block}, read {age.TotalMinutes:0.0} minutes ago";
}
