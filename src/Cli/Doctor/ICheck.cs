namespace Bittbridge.Cli.Doctor;

/// <summary>Checks one part of the miner.</summary>
internal interface ICheck
{
    /// <summary>The displayed name of the part.</summary>
    string Name { get; }

    /// <summary>Runs the check; a failure is a finding, not an exception.</summary>
    /// <param name="ct">Canceled at the timeout.</param>
    Task<Finding> RunAsync(CancellationToken ct);
}
