using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class VersionLoaderTests(TestStorage storage)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WatchedClock _clock = new();
    private int _loads;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_that_was_given_up_is_loaded_again_only_after_all_its_work_has_ended()
    {
        using var release = new ManualResetEventSlim();
        var left = new TaskCompletionSource();
        var loader = await LoaderAsync(() =>
        {
            release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
            return PackageContent.Refused("It hangs.", left.Task);
        });
        const string Problem = "odd@1 was refused: it was not loaded within 30 s.";

        var loading = loader.LoadAsync(Id("odd@1"), Ct);
        await _clock.WaitBeginsAsync(VersionLoader.MaxLoadTime);
        _clock.Advance(VersionLoader.MaxLoadTime);
        Assert.Equal(Problem, (await loading.WaitAsync(Patience, Ct)).Problem);
        await AssertNotLoadedAgainAsync(loader, Problem);

        // The loader returns while storage is asked for another version, and leaves work running.
        release.Set();
        Assert.NotNull((await loader.LoadAsync(Id("gone@1"), Ct)).Problem);
        await AssertNotLoadedAgainAsync(loader, Problem);

        left.SetResult();
        await AssertLoadedAgainAsync(loader);
    }

    [Fact]
    public async Task A_version_that_could_not_be_initialized_is_loaded_again_only_after_its_cleanup_has_ended()
    {
        var cleanup = new TaskCompletionSource();
        var unusable = new OddModel((_, _, _) => default, () => new(false)) { Cleanup = () => new(cleanup.Task) };
        var loader = await LoaderAsync(() => PackageContent.Of(unusable));
        const string Problem = "odd@1 was refused: it could not be initialized: its InitializeAsync returned false.";

        Assert.Equal(Problem, (await loader.LoadAsync(Id("odd@1"), Ct)).Problem);
        await AssertNotLoadedAgainAsync(loader, Problem);

        cleanup.SetResult();
        await AssertLoadedAgainAsync(loader);
    }

    /// <summary>A loader of odd@1, which is usable from its second load on.</summary>
    private async Task<VersionLoader> LoaderAsync(Func<PackageContent> first)
    {
        var store = new ModelVersionStore(new MinerBlobs(storage.NewSettings()), _clock);
        Assert.NotNull(await store.PushAsync(Of("odd@1", "odd", "1"), "odd", Ct));
        var odd = new OddLoader(_ =>
            Interlocked.Increment(ref _loads) == 1 ? first() : PackageContent.Of(new OddModel((_, _, _) => new(new Forecast(7.1))))
        );
        return new(new([]), store, new([odd]), UnheardMetrics.New(), _clock, NullLogger<VersionLoader>.Instance);
    }

    private async Task AssertNotLoadedAgainAsync(VersionLoader loader, string problem)
    {
        Assert.Equal(
            $"{problem} That attempt has not ended yet, so it is not loaded again.",
            (await loader.LoadAsync(Id("odd@1"), Ct)).Problem
        );
        Assert.Equal(1, _loads);
    }

    private async Task AssertLoadedAgainAsync(VersionLoader loader)
    {
        // What waits for the work that ended continues on the thread pool.
        LoadedVersion? loaded = null;
        await Polling.UntilAsync(async () => (loaded = await loader.LoadAsync(Id("odd@1"), Ct)).Model is not null);
        Assert.Equal(("odd@1", null, 2), (loaded?.Model?.Id.ToString(), loaded?.Problem, _loads));
    }
}
