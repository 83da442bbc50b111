using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Access;

/// <summary>Accepts callers by the validator list, according to the setting <c>Access</c>.</summary>
internal sealed class SubnetAccess(ValidatorCache directory, CallerActivity activity, MinerSettings settings) : IAccessPolicy
{
    private static readonly Refusal Unknown = new(
        503,
        RefusalReason.ValidatorsUnknown,
        "This miner can't tell at the moment who may call: ask again later."
    );

    private readonly Refusal _notRegistered = Forbidden(
        RefusalReason.NotRegistered,
        $"The hotkey is not registered in subnet {settings.Netuid}"
    );
    private readonly Refusal _noPermit = Forbidden(
        RefusalReason.NoPermit,
        $"The hotkey has no validator permit in subnet {settings.Netuid}"
    );

    public ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct)
    {
        if (settings.Access == AccessMode.Signed)
        {
            return new(new AccessGrant(directory.Snapshot?.HasPermit(caller.Hotkey.PublicKey) == true));
        }

        var listed = directory.CurrentAsync(ct);
        return listed.IsCompletedSuccessfully
            ? new(Authorize(listed.Result, caller.Hotkey.PublicKey))
            : AfterAsync(listed, caller.Hotkey.PublicKey);
    }

    private async ValueTask<Result<AccessGrant>> AfterAsync(ValueTask<ValidatorSnapshot?> listed, PublicKey hotkey) =>
        Authorize(await listed, hotkey);

    private Result<AccessGrant> Authorize(ValidatorSnapshot? list, PublicKey hotkey)
    {
        if (list is null)
        {
            return Unknown;
        }

        var (hasPermit, isRegistered) = (list.HasPermit(hotkey), list.IsRegistered(hotkey));
        if (hasPermit || (settings.Access == AccessMode.Registered && isRegistered))
        {
            return new AccessGrant(hasPermit);
        }

        if (!isRegistered)
        {
            return _notRegistered;
        }

        activity.LackedPermit(hotkey);
        return _noPermit;
    }

    private static Refusal Forbidden(RefusalReason reason, string why) => new(403, reason, $"Forbidden. Key is blacklisted: {why}.");
}
