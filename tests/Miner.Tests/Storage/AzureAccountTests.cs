using System.Collections.Concurrent;
using Azure.Data.Tables;
using Azure.Identity;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>The storage account is given by its name, as on Azure.</summary>
[Collection(AloneCollection.Name)]
public sealed class AzureAccountTests
{
    private const string ClientId = "11111111-2222-3333-4444-555555555555";

    private static readonly StorageSettings Account = new("minerstore");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Tables_and_blobs_have_their_own_hosts()
    {
        Assert.Equal(
            "https://minerstore.table.core.windows.net",
            new MinerTables(Account).ForRequests(MinerTables.Prices).Uri.GetLeftPart(UriPartial.Authority)
        );
        Assert.Equal("https://minerstore.blob.core.windows.net", new MinerBlobs(Account).Models.Uri.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The identity endpoint of the platform is stood in for. It refuses, so that no call goes on to Azure.</summary>
    [Fact]
    public async Task Storage_is_opened_as_the_identity_that_the_app_was_given_and_without_a_token_the_setting_is_named()
    {
        var asked = new ConcurrentQueue<(string Resource, string ClientId)>();
        await using var platform = new StandInServer(context =>
        {
            asked.Enqueue((context.Request.Query["resource"].ToString(), context.Request.Query["client_id"].ToString()));
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });
        (string Name, string? Value)[] given =
        [
            ("AZURE_CLIENT_ID", ClientId),
            // No login of the developer's.
            ("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"),
            ("IDENTITY_ENDPOINT", platform.Url + "/msi/token"),
            ("IDENTITY_HEADER", "the-platforms-own"),
        ];
        (string Name, string? Value)[] before = [.. given.Select(one => (one.Name, Environment.GetEnvironmentVariable(one.Name)))];
        Func<Task>[] calls =
        [
            () =>
                new MinerTables(Account)
                    .ForRequests(MinerTables.Prices)
                    .GetEntityIfExistsAsync<TableEntity>("a", "b", cancellationToken: Ct),
            () => new MinerBlobs(Account).Models.ExistsAsync(Ct),
        ];
        Set(given);
        try
        {
            foreach (var call in calls)
            {
                var refused = await Assert.ThrowsAsync<AuthenticationFailedException>(call);

                Assert.Equal(
                    "storage is out of reach: no managed identity or login was found for the account minerstore of the setting "
                        + "Bittbridge:Storage",
                    StorageFailures.InWords(refused)
                );
                Assert.Every(asked, one => Assert.Equal(("https://storage.azure.com", ClientId), one));
                asked.Clear();
            }
        }
        finally
        {
            Set(before);
        }
    }

    private static void Set((string Name, string? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
