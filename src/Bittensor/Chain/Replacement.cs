namespace Bittbridge.Bittensor;

/// <summary>Whether a list from the chain may take the place of the one before.</summary>
public enum Replacement
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>It is of another subnet.</summary>
    OtherSubnet,

    /// <summary>Its block is older: the node lags or lies.</summary>
    OlderBlock,

    /// <summary>Most of the hotkeys, or most of those with a permit, vanished at once: hold it back, and take it if a second look agrees.</summary>
    NeedsSecondLook,
}
