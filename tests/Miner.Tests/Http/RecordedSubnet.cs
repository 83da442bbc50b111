using System.Net;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>The subnet of the recordings: Alice has a permit, Bob, Charlie and Eve's ed25519 key are registered.</summary>
internal sealed class RecordedSubnet : IAccessPolicy
{
    private static readonly HashSet<string> Registered =
    [
        DevelopmentKey.Derive("//Alice").Address.ToString(),
        Miner.ToString(),
        DevelopmentKey.Derive("//Charlie").Address.ToString(),
        "5Ck2miBfCe1JQ4cY3NDsXyBaD6EcsgiVmEFTWwqNSs25XDEq",
    ];

    /// <summary>Whom the recorded requests are for, the development key //Bob's address.</summary>
    public static Ss58Address Miner { get; } = DevelopmentKey.Derive("//Bob").Address;

    public ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct) =>
        new(
            Registered.Contains(caller.Hotkey.ToString())
                ? new AccessGrant(HasPermit: false)
                : new Refusal((int)HttpStatusCode.Forbidden, RefusalReason.NotRegistered, "Forbidden. Key is blacklisted: not registered.")
        );
}
