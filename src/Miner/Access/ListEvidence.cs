namespace Bittbridge.Miner.Access;

/// <summary>How well a list is confirmed. Only equally strong evidence overrules a confirmed list. The numbers are stored.</summary>
internal enum ListEvidence
{
    /// <summary>One node reported it once.</summary>
    OneLook = 0,

    /// <summary>A later read at a later block agreed, perhaps from the same node.</summary>
    TwoLooks = 1,

    /// <summary>Two nodes agreed at the same time.</summary>
    TwoNodes = 2,
}
