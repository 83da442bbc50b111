using Bittbridge.Testing;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Bittbridge.Browser.Tests;

/// <summary>An open page with all that it said and asked for.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Said.Add($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Said.Add(error);
        page.Request += (_, request) => Requests.Add(request);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and exceptions.</summary>
    public List<string> Said { get; } = [];

    public List<IRequest> Requests { get; } = [];

    public static async Task<OpenPage> OpenAsync(
        IBrowser browser,
        Uri address,
        int width = 1280,
        ColorScheme theme = ColorScheme.Light,
        Func<IPage, Task>? before = null,
        string awaited = "#strip .tile"
    )
    {
        var context = await browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                ColorScheme = theme,
                TimezoneId = "America/New_York",
                Locale = "en-US",
            }
        );

        // Not Playwright's 30 s: on a busy machine a page takes longer, and the test's own limit ends what hangs.
        context.SetDefaultTimeout(180_000);
        var open = new OpenPage(await context.NewPageAsync());
        if (before is not null)
        {
            await before(open.Page);
        }

        await open.Page.GotoAsync(address.ToString());
        await open.Page.Locator(awaited).First.WaitForAsync();
        return open;
    }

    /// <summary>Opens every table that is folded.</summary>
    public async Task UnfoldAsync(int except = 0)
    {
        foreach (var table in (await Page.Locator("summary").AllAsync()).Skip(except))
        {
            if (await table.IsVisibleAsync())
            {
                await table.ClickAsync();
            }
        }
    }

    /// <summary>Asks axe, which must find no violation.</summary>
    public async Task AssertAccessibleAsync()
    {
        var found = await Page.RunAxe();
        Assert.NotEmpty(found.Passes);
        Assert.Empty(
            found.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")
        );
    }

    /// <summary>Keeps a picture of the whole page where the test run keeps its results.</summary>
    public async Task PictureAsync(string name)
    {
        var path = RepositoryFolder.At("artifacts", "screenshots", $"{name}.png");
        await Page.ScreenshotAsync(new() { Path = path, FullPage = true });
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
