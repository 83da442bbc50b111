using Bittbridge.Cli.Doctor.Checks;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>The checks of a miner with these settings.</summary>
internal sealed class DoctorChecks : IAsyncDisposable
{
    private const string SettingsFirst = "not checked, because of the settings above";

    private readonly DoctorServices _miner;

    private DoctorChecks(DoctorServices miner, IReadOnlyList<ICheck> checks) => (_miner, Checks) = (miner, checks);

    /// <summary>The checks in the order of display.</summary>
    public IReadOnlyList<ICheck> Checks { get; }

    /// <param name="configuration">The miner's settings.</param>
    /// <param name="running">The address of a running miner; null to skip its check.</param>
    /// <param name="notify">Whether to send a test message to the webhook.</param>
    /// <param name="clock">This machine's clock.</param>
    public static DoctorChecks Of(IConfiguration configuration, Uri? running, bool notify, TimeProvider clock)
    {
        var reading = SettingsReader.Examine(configuration);
        var miner = new DoctorServices(reading, configuration, clock);
        var noStorage = reading.Lacks(SettingNames.Storage, SettingNames.TablePrefix);
        var noPrices = reading.Lacks(
            SettingNames.PricesSource,
            SettingNames.CoinGeckoApiKey,
            SettingNames.CoinGeckoApiKeyOfTheReferenceMiner,
            SettingNames.CoinGeckoBaseAddress
        );
        var noChain = reading.Lacks(SettingNames.Network, SettingNames.Netuid);
        var noHotkey = noChain || reading.Lacks(SettingNames.Hotkey);
        List<ICheck> checks = [new VersionCheck()];
        if (reading.IsUsable)
        {
            checks.Add(new SettingsCheck(miner.Settings, miner.MakeConfiguredModel));
        }

        checks.AddRange(reading.Problems.Select(problem => new SettingFault(problem)));

        checks.Add(Unless(noStorage, new StorageCheck(miner.Tables, miner.Settings.Storage)));
        checks.Add(Unless(noStorage || reading.Lacks(SettingNames.PricesSource), new PriceAgeCheck(miner.PriceStore, clock)));
        checks.Add(Unless(noPrices, new CoinGeckoCheck(() => miner.CoinGecko, miner.Settings.Prices, clock)));
        if (miner.Rates is { } rates && !reading.Lacks(SettingNames.TwelveDataApiKey, SettingNames.TwelveDataBaseAddress))
        {
            checks.Add(new RatesCheck(rates, clock));
        }

        checks.Add(Unless(noChain, new ChainCheck(miner)));
        checks.Add(Unless(noHotkey, new HotkeyCheck(miner)));
        checks.Add(Unless(noHotkey, new AxonCheck(miner)));
        checks.Add(new ClockCheck(miner.Http, miner.TimeServer, clock));
        if (running is not null)
        {
            checks.Add(
                new RunningMinerCheck(
                    running,
                    configuration[$"{SettingNames.Section}:{SettingNames.OperatorToken}"] is { Length: > 0 } token ? token : null
                )
            );
        }

        if (notify)
        {
            var noWebhook = reading.Lacks(SettingNames.NotifyWebhook, SettingNames.NotifyFormat);
            checks.Add(Unless(noWebhook, new NotificationsCheck(miner.Settings, clock)));
        }

        return new(miner, checks);
    }

    private static ICheck Unless(bool isUnset, ICheck check) => isUnset ? new Unchecked(check.Name, SettingsFirst) : check;

    public ValueTask DisposeAsync() => _miner.DisposeAsync();
}
