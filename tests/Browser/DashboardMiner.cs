using System.Globalization;
using System.Net;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Browser.Tests;
using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;

[assembly: AssemblyFixture(typeof(DashboardMiner))]

namespace Bittbridge.Browser.Tests;

/// <summary>The miner as it is built, with weeks of recorded prices and matured forecasts behind it, and a chain that lists it.</summary>
public sealed class DashboardMiner : IAsyncLifetime
{
    private readonly RecordedNode _chain = new();
    private StorageEmulator? _storage;
    private SelfHostProcess? _process;

    public Uri Address => Process.Address;

    private SelfHostProcess Process => _process!;

    /// <summary>A validator asks and is answered.</summary>
    public Task<ChallengeReply> AnsweredAsync() => Process.UntilAnsweredAsync();

    /// <summary>What the answer says, to eleven digits, as a program writes it.</summary>
    public static IEnumerable<string> Digits(ChallengeReply reply) =>
        new[] { reply.Prediction!.Value, reply.Interval!.Value.Lower, reply.Interval.Value.Upper }.Select(price =>
            price.ToString("R", CultureInfo.InvariantCulture)[..12]
        );

    public async ValueTask InitializeAsync()
    {
        _storage = await StorageEmulator.StartNewAsync(CancellationToken.None);
        var settings = new StorageSettings(_storage.ConnectionString);
        _process = await SelfHostProcess.StartAsync(
            settings.Location,
            new Dictionary<string, string?>
            {
                ["Bittbridge__TablePrefix"] = null,
                ["Bittbridge__Prices__Source"] = RecordedPast.Prices,
                ["Bittbridge__Network"] = $"http://{_chain.Authority}",
                ["Bittbridge__Access"] = "permit",
                ["Bittbridge__Dashboard"] = "public",
            }
        );
        _chain.Stand(
            420,
            SelfHostProcess.Hotkey.PublicKey,
            uid: 2,
            [.. Enumerable.Range(0, 304).Select(uid => (ushort)(uid * 37 % 600))],
            new(IPAddress.Loopback, _process.Address.Port)
        );
        await new RecordedPast(settings, TimeProvider.System.GetUtcNow()).WriteAsync();
        await Eventually.TrueAsync(() => _process.HasFiguresAsync(), () => "The dashboard has no figures of the recorded past.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        await _chain.DisposeAsync();
    }
}
