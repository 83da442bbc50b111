using Microsoft.Extensions.Configuration;
using OpenTelemetry.Resources;

namespace Bittbridge.Miner.Telemetry;

/// <summary>The name under which the miner records: of its one meter and of its one activity source.</summary>
public static class MinerTelemetry
{
    public const string Name = "Bittbridge.Miner";

    private const string ServiceNameVariable = "OTEL_SERVICE_NAME";

    /// <summary>The meters of .NET that are useful for a miner: requests in and out, connections, memory.</summary>
    internal static readonly string[] DotNetMeters =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Runtime",
    ];

    /// <summary>Names the service, unless its operator did.</summary>
    internal static void Describe(ResourceBuilder resource, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[ServiceNameVariable]))
        {
            resource.AddService("bittbridge-miner", serviceVersion: ProductVersion.Value);
        }
    }
}
