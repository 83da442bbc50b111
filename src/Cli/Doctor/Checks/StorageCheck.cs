using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Creates missing tables, as the miner does, and reads each table.</summary>
internal sealed class StorageCheck(MinerTables tables, StorageSettings settings) : ICheck
{
    private static readonly string[] Names =
    [
        MinerTables.Prices,
        MinerTables.Forecasts,
        MinerTables.TrackRecord,
        MinerTables.Validators,
        MinerTables.Nonces,
        MinerTables.Models,
    ];

    public string Name => "storage";

    private bool IsEmulator => settings.Account == StorageSettings.Emulator;

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        try
        {
            foreach (var name in Names)
            {
                await tables.UseAsync(
                    name,
                    async table =>
                    {
                        await foreach (
                            var _ in table.QueryAsync<TableEntity>(
                                maxPerPage: 1,
                                select: [nameof(TableEntity.PartitionKey)],
                                cancellationToken: ct
                            )
                        )
                        {
                            break;
                        }
                    },
                    ct
                );
            }

            return Finding.Passed(
                $"the tables {string.Join(", ", Names.Select(name => settings.TablePrefix + name))} can be created and read in "
                    + $"{settings.Account}"
            );
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            return Finding.Failed(
                exception is AuthenticationFailedException
                    ? $"there is neither a managed identity nor a login for {settings.Account}"
                    : $"{StorageFailures.InWords(exception)} ({settings.Account})",
                Remedy(exception)
            );
        }
    }

    private string Remedy(Exception exception) =>
        exception switch
        {
            AuthenticationFailedException => "Sign in with 'az login' on your own machine; on Azure give the app a managed identity.",
            RequestFailedException { Status: 403, ErrorCode: "AuthenticationFailed" } =>
                "The account's key or this machine's clock is wrong: copy the connection string again, and see the line on the clock.",
            RequestFailedException { Status: 401 or 403 } =>
                "Give the identity the role Storage Table Data Contributor on the account, and allow this machine in its network rules.",
            RequestFailedException { Status: 404 } => "Check the account's name in Bittbridge:Storage: this account has no Table Storage.",
            _ when IsEmulator => "Start Azurite: 'dotnet run eng/start.cs' does, or 'npx azurite --skipApiVersionCheck' after 'npm ci'.",
            _ => "Check the account's name in Bittbridge:Storage, and that this machine can reach it (DNS, firewall, private endpoint).",
        };
}
