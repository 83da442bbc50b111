using System.Collections.Concurrent;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;

namespace Bittbridge.Miner;

/// <summary>The miner's tables in its storage account, by their names without the prefix.</summary>
public sealed class MinerTables(StorageSettings settings)
{
    /// <summary>Prices and the poll's state.</summary>
    public const string Prices = "prices";

    /// <summary>Answers and, later, their scores.</summary>
    public const string Forecasts = "forecasts";

    private readonly Lazy<TableServiceClient> _swift = new(() => Connect(settings, retries: 0, TimeSpan.FromSeconds(3)));
    private readonly Lazy<TableServiceClient> _patient = new(() => Connect(settings, retries: 2, TimeSpan.FromSeconds(10)));
    private readonly ConcurrentDictionary<string, bool> _created = new(StringComparer.Ordinal);

    /// <summary>For the way of a challenge: no retries; its budget bounds the wait. The table may not be there yet.</summary>
    public TableClient Swift(string name) => _swift.Value.GetTableClient(settings.TablePrefix + name);

    /// <summary>For what a timer does, or what follows an answer: some patience. The table is created where it is missing.</summary>
    public async Task<TableClient> PatientAsync(string name, CancellationToken ct)
    {
        var table = _patient.Value.GetTableClient(settings.TablePrefix + name);
        if (!_created.ContainsKey(name))
        {
            await table.CreateIfNotExistsAsync(ct).ConfigureAwait(false);
            _created[name] = true;
        }

        return table;
    }

    /// <summary>To be told when a table that was there is gone, such as after the emulator lost its data: the next call creates it again.</summary>
    public void Forget(string name) => _created.TryRemove(name, out _);

    private static TableServiceClient Connect(StorageSettings settings, int retries, TimeSpan timeout)
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = retries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.NetworkTimeout = timeout;
        return settings.Location.Contains('=', StringComparison.Ordinal)
            ? new(settings.Location, options)
            : new(new Uri($"https://{settings.Location}.table.core.windows.net"), new DefaultAzureCredential(), options);
    }
}
