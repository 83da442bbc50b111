using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;

namespace Bittbridge.Functions;

/// <summary>
/// As whom the worker sends its telemetry. Without a credential of its own everything it sends is dropped where local authentication is
/// off: the host's setting is for the host alone.
/// </summary>
internal static class ExporterIdentity
{
    /// <param name="exporter">The exporter's options.</param>
    /// <param name="connectionString">Where it sends to.</param>
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
