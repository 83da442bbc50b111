using Bittbridge.Browser.Tests;
using Bittbridge.Tools.Running;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Bittbridge.Browser.Tests;

/// <summary>The Chromium that is installed on this machine; without one the tests are skipped, and say so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>A name of this machine that is not its loopback's, so that who opens it is not the operator.</summary>
    public const string Elsewhere = "miner.example";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(
                _browser is null,
                "No Chromium or Chrome is on the PATH, so the dashboard was not tested in a browser: apt-get install chromium."
            );
            return _browser;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Names.Select(Programs.Find).FirstOrDefault(path => path is not null) is not { } program)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    $"--host-resolver-rules=MAP {Elsewhere} 127.0.0.1",
                ],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
