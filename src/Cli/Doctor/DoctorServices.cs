using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Cli.Doctor;

/// <summary>The services of a miner with these settings, not started: the checks use the same classes as the miner.</summary>
internal sealed class DoctorServices : IAsyncDisposable
{
    private static readonly ChainLimits Patience = new()
    {
        CallTimeout = TimeSpan.FromSeconds(5),
        EndpointTimeout = TimeSpan.FromSeconds(7),
    };

    private static readonly Uri PublicCoinGecko = new("https://api.coingecko.com");

    private readonly ServiceProvider _services;
    private readonly Lazy<Task<ChainRead<SubnetSnapshot>>> _subnet;
    private readonly CancellationTokenSource _closing = new();

    /// <param name="reading">The settings. Invalid ones have a default value here, and the checks that need them are skipped.</param>
    /// <param name="configuration">The configuration that they were read from.</param>
    /// <param name="clock">This machine's clock.</param>
    public DoctorServices(SettingsReading reading, IConfiguration configuration, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton(clock);
        services.AddLogging();
        services.AddMiner(reading);
        _services = services.BuildServiceProvider();
        Settings = _services.GetRequiredService<MinerSettings>();

        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        Chain = ChainEndpoints.TryParse(Settings.Network, out var endpoints, out _)
            ? new(endpoints, Http, clock, Patience)
            : throw new InvalidOperationException("The network was validated with the settings.");
        var address =
            Settings.Prices.Source == PriceSettings.CoinGecko ? Settings.Prices.CoinGeckoBaseAddress ?? PublicCoinGecko : endpoints.Urls[0];
        TimeServer = new UriBuilder(address.Scheme is "http" or "ws" ? "http" : "https", address.Host, address.Port).Uri;
        _subnet = new(() => Chain.ReadSubnetAsync(Settings.Netuid, _closing.Token));
    }

    public MinerSettings Settings { get; }

    /// <summary>The client for the chain and the time server.</summary>
    public HttpClient Http { get; }

    public ChainClient Chain { get; }

    /// <summary>The server whose Date header gives the time: CoinGecko or, with another price source, a node of the chain.</summary>
    public Uri TimeServer { get; }

    public MinerTables Tables => _services.GetRequiredService<MinerTables>();

    public IPriceStore PriceStore => _services.GetRequiredService<IPriceStore>();

    public CoinGeckoSource CoinGecko => _services.GetRequiredService<CoinGeckoSource>();

    /// <summary>The source of the offshore rate; null when none is set.</summary>
    public IRateSource? Rates => _services.GetService<IRateSource>();

    public void MakeConfiguredModel() => _services.MakeConfiguredModel();

    /// <summary>The subnet, read once for all checks: public nodes allow about one request per second.</summary>
    public Task<ChainRead<SubnetSnapshot>> SubnetAsync(CancellationToken ct) => _subnet.Value.WaitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Http.Dispose();
        await _services.DisposeAsync();
        _closing.Dispose();
    }
}
