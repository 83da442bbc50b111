namespace Bittbridge.Miner.Access;

/// <summary>What speaks for a list. What was confirmed is overruled only by evidence that is as good. The numbers are stored.</summary>
internal enum ListEvidence
{
    /// <summary>One node said it once.</summary>
    OneLook = 0,

    /// <summary>A later look at a later block agreed, perhaps at the same node.</summary>
    TwoLooks = 1,

    /// <summary>Two nodes agreed at the same time.</summary>
    TwoNodes = 2,
}
