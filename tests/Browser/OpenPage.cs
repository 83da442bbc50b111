using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Bittbridge.EndToEnd.Tests.Starting;
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
                Said.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Said.Enqueue(error);
        page.Request += (_, request) => Requests.Enqueue(request);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and exceptions.</summary>
    public ConcurrentQueue<string> Said { get; } = [];

    public ConcurrentQueue<IRequest> Requests { get; } = [];

    /// <summary>What it asked for, each path once: on a busy machine it refreshes before a test has ended.</summary>
    public IEnumerable<string> Paths => Requests.Select(request => new Uri(request.Url).AbsolutePath).Distinct();

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

    /// <summary>What was answered: at least one response of each path.</summary>
    public async Task<IReadOnlyList<IResponse>> ResponsesAsync()
    {
        List<IResponse> responses = [];
        foreach (var request in Requests)
        {
            // A request that took too long was given up, and another one followed.
            var answering = request.ResponseAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
            if (await answering is { } response)
            {
                responses.Add(response);
            }
        }

        Assert.Equal(Paths, responses.Select(response => new Uri(response.Url).AbsolutePath).Distinct());
        return responses;
    }

    /// <summary>Waits for an error or a warning: the browser reports it beside the answers to the test's calls.</summary>
    public Task AssertSaysAsync(Regex expected) =>
        Eventually.TrueAsync(() => Said.Any(expected.IsMatch), () => string.Join(Environment.NewLine, Said));

    /// <summary>Moves the page's clock past its next refresh, and waits until that is answered.</summary>
    /// <remarks>
    /// The clock jumps there. If it ran there, it would also run through the page's limit for an answer, wherever the refresh
    /// comes early in the run.
    /// </remarks>
    public Task RefreshedAsync() =>
        Page.RunAndWaitForResponseAsync(
            () => Page.Clock.FastForwardAsync(31_000),
            response => response.Url.EndsWith("/api/dashboard", StringComparison.Ordinal)
        );

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
