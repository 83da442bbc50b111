using System.Runtime.InteropServices;
using Bittbridge.Miner;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Shows the version of the program and of .NET.</summary>
internal sealed class VersionCheck : ICheck
{
    public string Name => "version";

    public Task<Finding> RunAsync(CancellationToken ct) =>
        Task.FromResult(
            Finding.Passed(
                $"Bittbridge.Serverless {ProductVersion.Value} on {RuntimeInformation.FrameworkDescription}, "
                    + $"{RuntimeInformation.RuntimeIdentifier}"
            )
        );
}
