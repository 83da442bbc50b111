using System.Runtime.InteropServices;
using Bittbridge.Miner;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>What runs here.</summary>
internal sealed class VersionCheck : ICheck
{
    public string Name => "version";

    public Task<Finding> RunAsync(CancellationToken ct) =>
        Task.FromResult(
            Finding.Well(
                $"Bittbridge.Serverless {ProductVersion.Value} on {RuntimeInformation.FrameworkDescription}, "
                    + $"{RuntimeInformation.RuntimeIdentifier}"
            )
        );
}
