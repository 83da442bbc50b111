using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Notifications;

/// <summary>
/// All parts of a miner that notifies, on a storage that it may share with others, and with a clock that the test sets. At first its prices
/// are too old, its model throws, and it knows no list of validators.
/// </summary>
internal sealed class NotifyingInstance : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly FakeTimeProvider _clock;
    private readonly FixedPrices _prices = new();

    public NotifyingInstance(StorageSettings storage, string webhook, FakeTimeProvider clock)
    {
        _clock = clock;
        var model = new OddModel(
            (_, history, _) =>
                IsModelWell ? new(new Forecast(history.Newest!.Value.Cny)) : throw new InvalidOperationException("a defect of the model")
        );
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddMiner(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("ASPNETCORE_ENVIRONMENT", "Development"),
                    new("Bittbridge:Hotkey", TestSubnet.Bob.ToString()),
                    new("Bittbridge:Network", "http://127.0.0.1:1"),
                    new("Bittbridge:Storage", storage.Location),
                    new("Bittbridge:TablePrefix", storage.TablePrefix[..20]),
                    new("Bittbridge:Model", model.Id.Name),
                    new("Bittbridge:Notify:Webhook", webhook),
                ])
                .Build()
        );
        services.AddSingleton<IPredictionModel>(model);
        services.Replace(ServiceDescriptor.Singleton<IPrices>(_prices));
        _services = services.BuildServiceProvider();
        SetPrices(isOld: true);

        // Counts begin with a request, and only a day with counts is shared.
        Assert.True(_services.GetRequiredService<RequestTally>().StartAsync(Ct).IsCompleted);
        _services.GetRequiredService<MinerMetrics>().Answered("answered", null, TimeSpan.Zero);
    }

    public KeptLog Log { get; } = new();

    public bool IsModelWell { get; set; }

    public CallerActivity Callers => _services.GetRequiredService<CallerActivity>();

    /// <summary>The notifier as a host starts and stops it.</summary>
    public IHostedService Hosted => _services.GetServices<IHostedService>().OfType<Notifier>().Single();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Task NotifyAsync(CancellationToken? ct = null) => _services.GetRequiredService<Notifier>().RunOnceAsync(ct ?? Ct);

    /// <summary>The work of the price timer, with a poll that fails.</summary>
    public Task PollAsync() =>
        _services.GetRequiredService<PollAndScore>().RunAsync(_ => throw new InvalidOperationException("a defect of the poll"), Ct);

    public void SetPrices(bool isOld) =>
        _prices.InMemory = FixedPrices.Until(_clock.GetUtcNow() - TimeSpan.FromMinutes(isOld ? 40 : 0)).InMemory;

    public Task ForecastAsync() => _services.GetRequiredService<ForecastService>().ForecastAsync(TimeSpan.FromSeconds(10), Ct);

    public Task ShareCallersAsync() => _services.GetRequiredService<InstanceCounts>().StoreAsync(Ct);

    public void TakeList(bool named = true) =>
        _services.GetRequiredService<KnownValidators>().Take(ValidatorRecord.Empty.Told(TestSubnet.At(named: named), _clock.GetUtcNow()));

    public Task StoreStandingAsync(AxonReach reach)
    {
        var settings = _services.GetRequiredService<MinerSettings>();
        var standing = new OwnStanding(_clock.GetUtcNow(), null, "203.0.113.7:8091", reach, TestSubnet.Dave.ToString());
        var row = standing.ToEntity(
            settings.Netuid,
            NetworkName.Of(settings.Network, _services.GetRequiredService<ChainEndpoints>()),
            settings.Hotkey!
        );
        return _services
            .GetRequiredService<MinerTables>()
            .UseAsync(MinerTables.Validators, table => table.UpsertEntityAsync(row, TableUpdateMode.Replace, Ct), Ct);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
