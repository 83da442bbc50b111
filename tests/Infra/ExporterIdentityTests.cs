using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;

namespace Bittbridge.Infra.Tests;

/// <summary>The worker's telemetry goes out under the app's identity; the identity endpoint of the platform is stood in for.</summary>
public sealed partial class ExporterIdentityTests
{
    private const string Connection = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://example.invalid/";

    [Theory]
    [InlineData("11111111-2222-3333-4444-555555555555", "client_id=11111111-2222-3333-4444-555555555555")]
    [InlineData(null, null)]
    public async Task The_exporter_asks_for_a_token_as_the_identity_that_the_app_was_given(string? clientId, string? expected)
    {
        await using var platform = new StandInAzure(_ =>
            (
                200,
                $$"""{"access_token":"token-of-the-app","expires_on":"{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}","token_type":"Bearer","resource":"https://monitor.azure.com"}"""
            )
        );
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", platform.Address + "/msi/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "the-platforms-own");
        try
        {
            var exporter = new AzureMonitorExporterOptions();

            ExporterIdentity.Give(exporter, Connection, clientId);
            var token = await exporter.Credential.GetTokenAsync(
                new TokenRequestContext(["https://monitor.azure.com//.default"]),
                TestContext.Current.CancellationToken
            );

            Assert.Equal(Connection, exporter.ConnectionString);
            Assert.Equal("token-of-the-app", token.Token);
            var asked = Assert.Single(platform.Requests);
            Assert.Equal("the-platforms-own", asked.Header("X-IDENTITY-HEADER"));
            Assert.Equal(expected, ClientId().Match(asked.Target) is { Success: true } match ? match.Value : null);
        }
        finally
        {
            Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        }
    }

    [GeneratedRegex("client_id=[^&]+", RegexOptions.CultureInvariant)]
    private static partial Regex ClientId();
}
