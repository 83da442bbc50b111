using System.Net;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Reads the standing of the miner's own hotkey from the chain every hour, and stores it for all instances. No answer depends on it: a
/// failure is shown and logged, and the stored standing stays.
/// </summary>
internal sealed class StandingRefresh : IHousekeepingTask
{
    /// <summary>Less than the hour between two runs of the housekeeping.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(45);

    /// <summary>A stored standing older than this means that housekeeping failed to read it.</summary>
    public static readonly TimeSpan NeededAfter = TimeSpan.FromHours(2);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private readonly ChainClient _chain;
    private readonly OwnAxon _axon;
    private readonly MinerTables _tables;
    private readonly MinerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<StandingRefresh> _logger;
    private readonly string _network;
    private readonly BackgroundRefresh _refresh;
    private volatile string? _failure;

    public StandingRefresh(
        ChainClient chain,
        OwnAxon axon,
        MinerTables tables,
        MinerSettings settings,
        ChainEndpoints endpoints,
        TimeProvider clock,
        ILogger<StandingRefresh> logger
    )
    {
        (_chain, _axon, _tables, _settings, _clock, _logger) = (chain, axon, tables, settings, clock, logger);
        _network = NetworkName.Of(settings.Network, endpoints);
        _refresh = new(RefreshAsync, clock, logger);
    }

    public string Name => "Reading the miner's standing from the chain";

    /// <summary>Why the last read of the chain failed, in words; null when it succeeded.</summary>
    public string? LastFailure => _failure;

    /// <summary>False in open mode, which does not use the chain.</summary>
    private bool IsWanted => _settings.Hotkey is not null && _settings.Access != AccessMode.Open;

    public Task RunAsync(CancellationToken ct) => IsWanted ? _refresh.StartIfDue().WaitAsync(ct) : Task.CompletedTask;

    /// <summary>The stored standing; null before the first one. Starts a read in the background where it is missing or old.</summary>
    /// <exception cref="RequestFailedException">Storage failed.</exception>
    public async Task<OwnStanding?> ReadAsync(CancellationToken ct)
    {
        if (!IsWanted)
        {
            return null;
        }

        OwnStanding? standing = null;
        try
        {
            var row = await _tables
                .ForRequests(MinerTables.Validators)
                .GetEntityIfExistsAsync<TableEntity>(ValidatorEntities.Partition(_settings.Netuid), OwnStanding.Row, cancellationToken: ct);
            standing = row.HasValue ? OwnStanding.From(row.Value!, _network, _settings.Hotkey!) : null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is created when the first list or standing is stored.
        }

        if (standing is null || _clock.GetUtcNow() - standing.ReadAt > NeededAfter)
        {
            _ = _refresh.StartIfDue();
        }

        return standing;
    }

    private async Task<TimeSpan> RefreshAsync()
    {
        var hotkey = Ss58Address.Parse(_settings.Hotkey);
        var now = _clock.GetUtcNow();
        try
        {
            var read = await _chain.ReadStandingAsync(_settings.Netuid, hotkey.PublicKey, CancellationToken.None);
            var axon = read.Succeeded ? await _chain.ReadAxonAsync(_settings.Netuid, hotkey.PublicKey, CancellationToken.None) : null;
            if ((read.Failure ?? axon?.Failure) is { } failure)
            {
                return Fail(failure.Message);
            }

            var address = axon!.Value is { Address: { } ip, Port: > 0 and var port } ? new IPEndPoint(ip, port) : null;
            var (reach, named) =
                address is null ? (AxonReach.NoAddress, null)
                : !MayCall(address.Address) ? (AxonReach.NotPublic, null)
                : await _axon.ProbeAsync(address, _settings.Hotkey!, CancellationToken.None);
            var standing = new OwnStanding(now, read.Value, address?.ToString(), reach, reach == AxonReach.OtherMiner ? named : null);
            await _tables.UseAsync(
                MinerTables.Validators,
                table =>
                    table.UpsertEntityAsync(
                        standing.ToEntity(_settings.Netuid, _network, _settings.Hotkey!),
                        TableUpdateMode.Replace,
                        CancellationToken.None
                    ),
                CancellationToken.None
            );
            _failure = null;
            return FreshFor;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            return Fail(StorageFailures.InWords(exception));
        }
    }

    /// <summary>
    /// The chain does not check the addresses that it stores, so such an address must not make the miner call its own network. On local
    /// chains such addresses are normal.
    /// </summary>
    private bool MayCall(IPAddress address) => _settings.IsDevelopment || _network == "local" || PublicAddress.Objection(address) is null;

    private TimeSpan Fail(string failure)
    {
        if (_failure is null)
        {
            AccessLog.StandingNotRead(_logger, failure);
        }

        _failure = failure;
        return RetryAfter;
    }
}
