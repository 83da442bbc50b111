using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Storage;

/// <summary>The miner's tables in its storage account, by their names without the prefix.</summary>
public sealed class MinerTables
{
    /// <summary>Prices and the polling state.</summary>
    public const string Prices = "prices";

    /// <summary>Recorded forecasts and, once their hour is over, their scores.</summary>
    public const string Forecasts = "forecasts";

    /// <summary>How good the forecasts were, a row for each day and model.</summary>
    public const string TrackRecord = "trackrecord";

    /// <summary>The validator list: who is registered in the subnet, and who has a permit.</summary>
    public const string Validators = "validators";

    /// <summary>Reserved nonces.</summary>
    public const string Nonces = "nonces";

    /// <summary>Which model versions are active.</summary>
    public const string Models = "models";

    /// <summary>How long a request waits for one call. Some readers, such as those of the dashboard, have no other limit.</summary>
    internal static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private readonly Lazy<TableServiceClient> _forRequests;
    private readonly Lazy<TableServiceClient> _forBackground;
    private readonly string _prefix;
    private readonly ConcurrentDictionary<string, bool> _created = new(StringComparer.Ordinal);

    public MinerTables(StorageSettings settings)
        : this(settings, RequestTimeout) { }

    /// <summary>With another timeout for requests.</summary>
    internal MinerTables(StorageSettings settings, TimeSpan requestTimeout)
    {
        _prefix = settings.TablePrefix;
        _forRequests = new(() => Connect(settings, retries: 0, requestTimeout));
        _forBackground = new(() => Connect(settings, retries: 2, TimeSpan.FromSeconds(10)));
    }

    /// <summary>For requests: no retries, because the budget bounds the wait. The table may not exist yet.</summary>
    public TableClient ForRequests(string name) => _forRequests.Value.GetTableClient(_prefix + name);

    /// <summary>
    /// For timers and work after an answer: with retries. Creates a missing table. When a table disappears, for example because the
    /// emulator lost its data, this call fails and the next one creates it.
    /// </summary>
    public async Task<T> UseAsync<T>(string name, Func<TableClient, Task<T>> work, CancellationToken ct)
    {
        var table = _forBackground.Value.GetTableClient(_prefix + name);
        if (!_created.ContainsKey(name))
        {
            await table.CreateIfNotExistsAsync(ct);
            _created[name] = true;
        }

        try
        {
            return await work(table);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            _created.TryRemove(name, out _);
            throw;
        }
    }

    /// <inheritdoc cref="UseAsync{T}"/>
    public Task UseAsync(string name, Func<TableClient, Task> work, CancellationToken ct) =>
        UseAsync(
            name,
            async table =>
            {
                await work(table);
                return true;
            },
            ct
        );

    // What the client library finds by reflection: the constructor of a row, and what it sends to create a table.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(TableEntity))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, "Azure.Data.Tables.Models.TableProperties", "Azure.Data.Tables")]
    private static TableServiceClient Connect(StorageSettings settings, int retries, TimeSpan timeout)
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = retries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.NetworkTimeout = timeout;
        options.AddPolicy(new StorageAnswerPolicy(), HttpPipelinePosition.PerCall);
        return settings.Location.Contains('=', StringComparison.Ordinal)
            ? new(settings.Location, options)
            : new(new Uri($"https://{settings.Location}.table.core.windows.net"), new StorageCredential(settings.Location), options);
    }
}
