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

        telemetry.UseAzureMonitorExporter(exporter => ExporterIdentity.Give(exporter, connection, builder.Configuration["AZURE_CLIENT_ID"]));
    }
}
