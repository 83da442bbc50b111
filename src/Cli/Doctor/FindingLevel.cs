namespace Bittbridge.Cli.Doctor;

/// <summary>The severity of a finding.</summary>
internal enum FindingLevel
{
    /// <summary>There is nothing to do.</summary>
    Passed,

    /// <summary>The miner runs, but its owner should know this.</summary>
    Warning,

    /// <summary>The miner earns nothing until this is fixed.</summary>
    Failed,

    /// <summary>Not checked, because another problem comes first or it was not requested.</summary>
    Skipped,
}
