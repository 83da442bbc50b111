namespace Bittbridge.Cli.Doctor;

/// <summary>How a part fares.</summary>
internal enum FindingLevel
{
    /// <summary>Nothing to do.</summary>
    Well,

    /// <summary>The miner runs, and its owner should know this.</summary>
    Warning,

    /// <summary>The miner does not earn anything until this is mended.</summary>
    Failed,

    /// <summary>Not looked at, since something else comes first or nobody asked.</summary>
    Skipped,
}
