using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Access;

/// <summary>Lets callers in by the subnet's list, as the setting <c>Access</c> says.</summary>
internal sealed class SubnetAccess(ValidatorCache directory, MinerSettings settings) : IAccessPolicy
{
    private static readonly Refusal Unknown = new(503, "This miner can't tell at the moment who may call: ask again later.");

    private readonly Refusal _notRegistered = Forbidden(
        string.Create(CultureInfo.InvariantCulture, $"The hotkey is not registered in subnet {settings.Netuid}")
    );
    private readonly Refusal _noPermit = Forbidden(
        string.Create(CultureInfo.InvariantCulture, $"The hotkey has no validator permit in subnet {settings.Netuid}")
    );

    public ValueTask<AccessVerdict> JudgeAsync(Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (settings.Access == AccessMode.Signed)
        {
            return new(new AccessVerdict(directory.AtHand?.HasPermit(caller.Hotkey.PublicKey) == true, null));
        }

        var listed = directory.CurrentAsync(ct);
        return listed.IsCompletedSuccessfully
            ? new(Judge(listed.Result, caller.Hotkey.PublicKey))
            : AfterAsync(listed, caller.Hotkey.PublicKey);
    }

    private async ValueTask<AccessVerdict> AfterAsync(ValueTask<ValidatorSnapshot?> listed, PublicKey hotkey) =>
        Judge(await listed, hotkey);

    private AccessVerdict Judge(ValidatorSnapshot? list, PublicKey hotkey)
    {
        if (list is null)
        {
            return new(false, Unknown);
        }

        var hasPermit = list.HasPermit(hotkey);
        return hasPermit || (settings.Access == AccessMode.Registered && list.IsRegistered(hotkey))
            ? new(hasPermit, null)
            : new(false, list.IsRegistered(hotkey) ? _noPermit : _notRegistered);
    }

    private static Refusal Forbidden(string reason) => new(403, $"Forbidden. Key is blacklisted: {reason}.");
}
