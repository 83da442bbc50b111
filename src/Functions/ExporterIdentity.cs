using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;

namespace Bittbridge.Functions;

/// <summary>
/// Gives the worker's telemetry exporter the app's identity. If Application Insights has local authentication turned off, it drops
/// telemetry that is sent without a credential, and the host's setting for that does not apply to the worker.
/// </summary>
internal static class ExporterIdentity
{
    /// <param name="exporter">The exporter's options.</param>
    /// <param name="connectionString">The connection string of Application Insights.</param>
    /// <param name="clientId">The client id of the app's user-assigned identity; null or empty for the identity that the system
    /// assigned.</param>
    public static void Give(AzureMonitorExporterOptions exporter, string connectionString, string? clientId)
    {
        exporter.ConnectionString = connectionString;
        exporter.Credential = new ManagedIdentityCredential(
            string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId)
        );
    }
}
