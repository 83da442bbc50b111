using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>
/// What one instance of the miner has to say who may call: its own memory, a storage that it may share with others, and a real socket to
/// the chain.
/// </summary>
internal sealed class AccessInstance : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly LoggerFactory _loggers;

    public AccessInstance(
        StorageSettings storage,
        TimeProvider clock,
        string network,
        AccessMode access = AccessMode.Permit,
        Ss58Address? hotkey = null,
        Func<IValidatorStore, IValidatorStore>? refreshStore = null
    )
    {
        Assert.True(ChainEndpoints.TryParse(network, out var endpoints, out var problem), problem);
        Settings = new()
        {
            Storage = storage,
            Access = access,
            Network = network,
            Netuid = TestSubnet.Netuid,
            Hotkey = (hotkey ?? TestSubnet.Bob).ToString(),
        };
        _loggers = new([Log]);
        // Longer than storage takes on a busy machine; what a test says about a wait is by its clock.
        Store = new(new(storage, TimeSpan.FromMinutes(9)), Settings, endpoints, _loggers.CreateLogger<TableValidatorStore>());
        Known = new(Settings, clock);
        Refresh = new(
            new(endpoints, _http, clock),
            refreshStore?.Invoke(Store) ?? Store,
            Known,
            Settings,
            clock,
            _loggers.CreateLogger<ValidatorRefresh>()
        );
        Directory = new(Store, Known, Refresh, Settings, clock, _loggers.CreateLogger<ValidatorCache>());
        Policy = new(Directory, new(clock, _loggers.CreateLogger<CallerActivity>()), Settings);
        Health = new(Known, Directory, Refresh, Settings, clock);
    }

    public MinerSettings Settings { get; }

    public KeptLog Log { get; } = new();

    public TableValidatorStore Store { get; }

    public KnownValidators Known { get; }

    public ValidatorRefresh Refresh { get; }

    public ValidatorCache Directory { get; }

    public SubnetAccess Policy { get; }

    public AccessHealth Health { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string Urls(params RecordedNode[] nodes) => string.Join(',', nodes.Select(node => $"http://{node.Authority}"));

    public async Task<Result<AccessGrant>> AuthorizeAsync(Ss58Address hotkey) => await Policy.AuthorizeAsync(TestSubnet.Caller(hotkey), Ct);

    /// <summary>The verdict, which must be there without waiting for anything.</summary>
    public Result<AccessGrant> AuthorizeAtOnce(Ss58Address hotkey)
    {
        var verdict = Policy.AuthorizeAsync(TestSubnet.Caller(hotkey), Ct).AsTask();
        Assert.True(verdict.IsCompletedSuccessfully);
        return verdict.Result;
    }

    public void Dispose()
    {
        Refresh.Dispose();
        _http.Dispose();
        _loggers.Dispose();
    }
}
