using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Testing;
using Microsoft.Playwright;

namespace Bittbridge.Browser.Tests;

/// <summary>The page of a miner that has just started and was not asked yet.</summary>
public sealed class NewMinerTests(NewMiner miner, Chromium chromium) : IClassFixture<NewMiner>
{
    [Theory]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    public async Task It_tells_what_will_appear_where_and_axe_finds_no_violation(int width, ColorScheme theme)
    {
        await using var open = await OpenPage.OpenAsync(chromium.Browser, miner.Address, width, theme);
        await open.PictureAsync($"dashboard-new-{width}-{theme}");
        var text = await open.Page.Locator("main").InnerTextAsync();
        foreach (
            var sentence in new[]
            {
                "not yet",
                "the first challenge will appear here",
                "than the last price: no forecast has matured yet",
                "Nobody has been answered yet.",
                "None was refused.",
                "No forecast has matured yet. The first figures appear here about 65 minutes after the first answered challenge",
                "A day will appear here with the first matured forecast of the active model.",
                "An hour will appear here with its first matured forecast.",
                "Each model will appear here with its first matured forecast",
            }
        )
        {
            Assert.Contains(sentence, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("undefined", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.True(await open.Page.Locator("#days").IsHiddenAsync());
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(open.Said);
        await open.AssertAccessibleAsync();
    }
}

/// <summary>A miner of its own, with simulated prices and empty storage.</summary>
public sealed class NewMiner : IAsyncLifetime
{
    private StorageEmulator? _storage;
    private SelfHostProcess? _process;

    public Uri Address => _process!.Address;

    public async ValueTask InitializeAsync()
    {
        _storage = await StorageEmulator.StartNewAsync(CancellationToken.None);
        _process = await SelfHostProcess.StartAsync(_storage.ConnectionString);
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
    }
}
