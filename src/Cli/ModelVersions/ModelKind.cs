namespace Bittbridge.Cli.ModelVersions;

/// <summary>What a version can be activated as.</summary>
internal enum ModelKind
{
    /// <summary>Answers.</summary>
    Model,

    /// <summary>Makes the intervals of what answers.</summary>
    Calibration,
}
