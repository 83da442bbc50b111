namespace Bittbridge.Cli.Doctor;

/// <summary>Looks at one part of the miner.</summary>
internal interface ICheck
{
    /// <summary>The part's name, as it is shown.</summary>
    string Name { get; }

    /// <summary>Looks; what fails is a finding, not an exception.</summary>
    /// <param name="ct">The time is up.</param>
    Task<Finding> RunAsync(CancellationToken ct);
}
