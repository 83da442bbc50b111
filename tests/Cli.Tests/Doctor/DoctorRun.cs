using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Cli.Tests.Doctor;

/// <summary>A miner that lacks nothing, in stand-ins for all that it needs; a test takes away what it is about.</summary>
internal sealed class DoctorRun : IAsyncDisposable
{
    private readonly StandInServer _coinGecko;
    private readonly StorageSettings _storage;

    public DoctorRun(TestStorage storage)
    {
        var (connectionString, prefix) = storage.New();
        _storage = new(connectionString, prefix);
        _coinGecko = new(context => CoinGecko(context));
        Assert.True(PublicKey.TryParseHex(Chain.Storage[StorageKeys.Keys(420, 7)], out var key));
        Hotkey = new(key);
        PutAxonOnChain("08080808");
        Settings = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Bittbridge:Hotkey"] = Hotkey.ToString(),
            ["Bittbridge:Network"] = $"http://{Chain.Authority}",
            ["Bittbridge:Storage"] = connectionString,
            ["Bittbridge:TablePrefix"] = prefix[..20],
            ["Bittbridge:CoinGecko:BaseAddress"] = _coinGecko.Url + "/api/v3",
        };
    }

    /// <summary>The environment's settings.</summary>
    public Dictionary<string, string?> Settings { get; }

    public RecordedNode Chain { get; } = new();

    /// <summary>The hotkey of uid 7, nobody's development key.</summary>
    public Ss58Address Hotkey { get; }

    /// <summary>How CoinGecko answers.</summary>
    public RequestDelegate CoinGecko { get; set; } =
        context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(
                """{"tether":{"cny":7.1035,"usd":1.0,"last_updated_at":"""
                    + TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
                    + "}}",
                context.RequestAborted
            );
        };

    /// <summary>Keeps a price of some minutes ago in storage.</summary>
    public Task KeepPriceAsync(double minutesAgo)
    {
        var point = new PricePoint(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(minutesAgo), 7.1035);
        var store = new TablePriceStore(
            new(_storage with { TablePrefix = _storage.TablePrefix[..20] }),
            PriceSeries.Real,
            TimeProvider.System,
            NullLogger<TablePriceStore>.Instance
        );
        return store.SaveAsync(
            "coingecko",
            PriceHistory.Empty,
            PriceHistory.FromPoints([point]),
            poll => poll,
            replaceHistory: false,
            TestContext.Current.CancellationToken
        );
    }

    /// <param name="ip">Eight hex digits.</param>
    public void PutAxonOnChain(string ip) =>
        Chain.Storage[StorageKeys.Axons(420, Hotkey.PublicKey)] =
            "0x00093d0000000000" + "38a29800" + ip + "000000000000000000000000" + "9b1f" + "04" + "04" + "0000";

    /// <summary>The exit status, and each finding by its name.</summary>
    public async Task<(int Status, IReadOnlyDictionary<string, Finding> Findings, string Output)> AskAsync(params string[] args)
    {
        var run = await CommandRun.InAsync(Settings, ["doctor", "--json", .. args]);
        Assert.Empty(run.Error);
        var findings = JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .Select(finding => new Finding(
                finding.GetProperty("name").GetString()!,
                finding.GetProperty("level").GetString()!,
                finding.GetProperty("detail").GetString()!,
                finding.GetProperty("remedy").GetString()
            ));
        // Of several on one part, the worst.
        string[] levels = ["failed", "warning"];
        return (
            run.Status,
            findings
                .GroupBy(finding => finding.Name)
                .ToDictionary(
                    part => part.Key,
                    part => part.MinBy(finding => Array.IndexOf(levels, finding.Level) is >= 0 and var level ? level : levels.Length)!
                ),
            run.Output
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _coinGecko.DisposeAsync();
        await Chain.DisposeAsync();
    }

    /// <summary>A finding as machines see it.</summary>
    public sealed record Finding(string Name, string Level, string Detail, string? Remedy);
}
