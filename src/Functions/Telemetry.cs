using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Functions;

/// <summary>What the worker tells Application Insights, where one is connected.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this FunctionsApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
        var connection = builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        if (string.IsNullOrWhiteSpace(connection))
        {
            return;
        }

        // Without a credential of its own the exporter's data is dropped where local authentication is off.
        var identity = builder.Configuration["AZURE_CLIENT_ID"] is { Length: > 0 } clientId ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned;
        telemetry.UseAzureMonitorExporter(exporter => (exporter.ConnectionString, exporter.Credential) = (connection, new ManagedIdentityCredential(identity)));
    }
}
