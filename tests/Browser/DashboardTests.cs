using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bittbridge.Testing;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Bittbridge.Browser.Tests;

/// <summary>The page in a real browser, from the miner as it is built, with weeks of matured forecasts behind it.</summary>
public sealed partial class DashboardTests(DashboardMiner miner, Chromium chromium)
{
    private static readonly string[] Questions = ["Is it healthy?", "Is it called?", "Is it good?", "Does the chain see it?"];

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task It_renders_at_every_width_and_in_both_themes(int width, ColorScheme theme)
    {
        await miner.AnsweredAsync();
        await using var open = await OpenAsync(miner.Address, width, theme);
        var page = open.Page;
        await open.PictureAsync($"dashboard-{width}-{theme}");

        Assert.Equal(4, await page.Locator("#strip .tile").CountAsync());
        Assert.Equal(Questions, await page.Locator("section > h2").AllInnerTextsAsync());
        Assert.Equal(6, await page.Locator(".uplot canvas").CountAsync());
        Assert.Empty(open.Said);
        Assert.All(open.Requests, request => Assert.StartsWith(miner.Address.ToString(), request.Url, StringComparison.Ordinal));
        Assert.Equal(["/", "/api/dashboard"], open.Requests.Select(request => new Uri(request.Url).AbsolutePath).Distinct());

        // Nothing of the page is wider than the window.
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Axe_finds_no_violation(int width, ColorScheme theme)
    {
        await using var open = await OpenAsync(miner.Address, width, theme);

        // The two longest tables are left closed: they are built as the others are, and axe takes minutes for their cells.
        foreach (var table in (await open.Page.Locator("summary").AllAsync()).Skip(2))
        {
            await table.ClickAsync();
        }

        var found = await open.Page.RunAxe();

        Assert.NotEmpty(found.Passes);
        Assert.Empty(
            found.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")
        );
    }

    [Fact]
    public async Task The_strip_answers_in_figures_with_their_bounds()
    {
        await miner.AnsweredAsync();
        await using var open = await OpenAsync(miner.Address);
        await ReadAsync(open.Page, "#strip", "by 5Grwva");
        var tiles = await open.Page.Locator("#strip .tile").AllInnerTextsAsync();

        Assert.Matches(@"State\s+● Healthy\s+all 7 parts; filtered-smoothers@1 answers", tiles[0]);
        Assert.Matches(@"Last asked\s+\d+ (s|min) ago\s+by 5Grwva…utQY, answered in \d+", tiles[1]);
        Assert.Matches(
            @"Against the last price\s+\d+\.\d % (less|more) error\s+than the last price: (better|worse|not distinguishable), \d",
            tiles[2]
        );
        Assert.Matches(
            @"Coverage\s+\d\d\.\d %\s+of intervals hold the price, 90 % intended; 7 days, \d\d\.\d % to \d\d\.\d %; 24 h: \d\d",
            tiles[3]
        );
    }

    [Fact]
    public async Task The_callers_the_chain_and_the_models_are_told()
    {
        await miner.AnsweredAsync();
        await using var open = await OpenAsync(miner.Address);
        var page = open.Page;

        await ReadAsync(page, "#callers", @"5Grwva…utQY\s+0\s+yes\s+[1-9]\d*\s+\d+\s+\d+");
        Assert.Matches(@"5FLSig…S59Y\s+1\s+no", await page.Locator("#callers").InnerTextAsync());
        Assert.Matches(
            @"filtered-smoothers@1\s+answers[\s\S]+exponential-smoothing@1\s+shadow",
            await page.Locator("#models").InnerTextAsync()
        );

        // The standing is read behind the first look at the page.
        var told = await ReadAsync(page, "#chain", "2 of 304");
        Assert.Contains($"● {miner.Address.Authority}, where this miner answers", told, StringComparison.Ordinal);
        Assert.Contains("12.50 α", told, StringComparison.Ordinal);
        Assert.Matches(@"Incentive\s+0\.11 %, place \d+ of 304", told);
        Assert.Contains("2,200 blocks left, about 7.3 h", told, StringComparison.Ordinal);
        await page.ScreenshotAsync(
            new()
            {
                Path = RepositoryFolder.At("artifacts", "screenshots", "dashboard.png"),
                Clip = new() { Width = 1280, Height = 1240 },
                FullPage = true,
            }
        );
    }

    [Fact]
    public async Task It_refreshes_itself_and_tells_when_it_cant()
    {
        await using var open = await OpenAsync(miner.Address, before: page => page.Clock.InstallAsync());
        var page = open.Page;
        var before = open.Requests.Count;
        await page.Clock.RunForAsync(31_000);
        await page.WaitForFunctionAsync("() => document.getElementById('updated').textContent.startsWith('As of')");
        await page.RunAndWaitForResponseAsync(
            () => page.Clock.RunForAsync(31_000),
            response => response.Url.EndsWith("/api/dashboard", StringComparison.Ordinal)
        );
        Assert.True(open.Requests.Count > before);

        // A challenge that is answered meanwhile is told without loading the page again.
        var asked = await LastAskedAsync();
        await miner.AnsweredAsync();
        for (var tries = 0; await LastAskedAsync() == asked; tries++)
        {
            Assert.True(tries < 60, $"Last asked is still {asked}.");
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await page.Clock.RunForAsync(31_000);
        }

        Assert.True(await page.Locator("#failure").IsHiddenAsync());

        await page.RouteAsync("**/api/dashboard", route => route.FulfillAsync(new() { Status = 503, Body = "" }));
        await page.Clock.RunForAsync(31_000);
        await page.Locator("#failure").WaitForAsync(new() { State = WaitForSelectorState.Visible });
        Assert.Matches(
            @"This page could not be refreshed: the miner answered 503\. It shows the state of \d\d:\d\d UTC and tries again every 30 s\.",
            await page.Locator("#failure").InnerTextAsync()
        );

        await page.UnrouteAsync("**/api/dashboard");
        await page.Clock.RunForAsync(31_000);
        await page.Locator("#failure").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        async Task<string?> LastAskedAsync() =>
            await page.Locator("#strip time").First.GetAttributeAsync("datetime", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task Every_chart_can_be_read_by_keyboard_and_has_a_table()
    {
        await using var open = await OpenAsync(miner.Address);
        var page = open.Page;
        var charts = await page.Locator(".chart").AllAsync();
        Assert.Equal(6, charts.Count);
        foreach (var chart in charts)
        {
            await chart.Locator(".plot").FocusAsync();
            await page.Keyboard.PressAsync("End");
            var newest = await page.Locator("#spoken").InnerTextAsync();
            await page.Keyboard.PressAsync("ArrowLeft");
            var before = await page.Locator("#spoken").InnerTextAsync();
            Assert.Contains("UTC", newest, StringComparison.Ordinal);
            Assert.NotEqual(newest, before);

            await chart.Locator("summary").ClickAsync();
            await chart.Locator(".data tbody tr").First.WaitForAsync();
            var rows = await chart.Locator(".data tbody tr").AllInnerTextsAsync();
            Assert.True(rows.Count > 10, $"{rows.Count} rows");
            var first = rows[0].Split('\t');
            Assert.StartsWith(first[0], newest, StringComparison.Ordinal);
            Assert.All(first[1..].Where(cell => cell is not ("–" or "1")), cell => Assert.Contains(cell, newest, StringComparison.Ordinal));
            await chart.Locator("summary").ClickAsync();
        }
    }

    [Fact]
    public async Task Charts_of_one_time_axis_share_their_hover()
    {
        await using var open = await OpenAsync(miner.Address);
        var page = open.Page;
        var plots = page.Locator(".u-over");
        var box = (await plots.First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 20);
        var times = await page.Locator(".u-legend tr:first-child .u-value").AllInnerTextsAsync();
        Assert.Matches(@"\d+ [A-Z][a-z]{2} \d\d:\d\d UTC = \d\d:\d\d local", times[0]);
        Assert.Equal(times[0], times[1]);
        Assert.NotEqual(times[0], times[2]);
    }

    [Fact]
    public async Task A_forecast_whose_hour_is_not_over_is_not_on_the_page()
    {
        var reply = await miner.AnsweredAsync();
        var text = DashboardMiner.Digits(reply);
        await using var open = await OpenAsync(miner.Address);
        foreach (var request in open.Requests)
        {
            var body = await (await request.ResponseAsync())!.TextAsync();
            Assert.All(text, digits => Assert.DoesNotContain(digits, body, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_function_key_of_the_address_is_handed_on_in_a_header_alone()
    {
        await using var open = await OpenAsync(new(miner.Address, "dashboard?code=the-key"));
        var data = open.Requests.Single(request => request.Url.Contains("/api/", StringComparison.Ordinal));
        Assert.Equal("the-key", (await data.AllHeadersAsync())["x-functions-key"]);
        Assert.DoesNotContain("the-key", data.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("referer", (await data.AllHeadersAsync()).Keys);
        Assert.Empty(open.Said);
    }

    [Fact]
    public async Task Forecasts_with_gaps_between_them_are_drawn()
    {
        await using var open = await OpenWithAsync(data =>
        {
            var chart = data["quality"]!["chart"]!;
            foreach (var name in new[] { "forecast", "lower", "upper" })
            {
                var values = chart[name]!.AsArray();
                for (var i = 0; i < values.Count; i++)
                {
                    values[i] = i % 3 == 0 ? 7.1 : null;
                }
            }
        });

        // The accent of the light theme, which in this chart belongs to the forecast alone.
        var drawn = await open.Page.EvaluateAsync<int>(
            """
            () => {
              const canvas = document.querySelector('.uplot canvas');
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let count = 0;
              for (let i = 0; i < data.length; i += 4) count += data[i] === 0x1f && data[i + 1] === 0x5f && data[i + 2] === 0x9e;
              return count;
            }
            """
        );
        Assert.True(drawn > 100, $"{drawn} dots of the screen");
    }

    [Fact]
    public async Task Storage_that_is_gone_is_not_taken_for_an_empty_one()
    {
        const string Problem = "the track record can't be read from storage";
        await using var open = await OpenWithAsync(data =>
        {
            var quality = data["quality"]!;
            (quality["problem"], data["calls"]!["problem"], data["chain"]!["standing"]) = (Problem, Problem, null);
            (quality["days"], quality["hours"], quality["models"]) = (new JsonArray(), new JsonArray(), new JsonArray());
            foreach (var window in new[] { quality["day"]!, quality["week"]! })
            {
                window["scored"] = 0;
                (window["maeRatio"]!["value"], window["coverage"]!["value"]) = (null, null);
            }
        });
        var text = await open.Page.Locator("main").InnerTextAsync();
        Assert.DoesNotContain("has matured yet", text, StringComparison.Ordinal);
        Assert.DoesNotContain("will appear here", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not read yet", text, StringComparison.Ordinal);
        Assert.True(Regex.Count(text, Problem) >= 8, text);
    }

    [Fact]
    public async Task Who_may_not_have_the_track_record_is_not_offered_it()
    {
        await using var open = await OpenWithAsync(data => data["isOperator"] = false);
        Assert.True(await open.Page.Locator("#save").IsHiddenAsync());
    }

    [Fact]
    public async Task The_track_record_can_be_saved()
    {
        await using var open = await OpenAsync(miner.Address);
        var saved = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.GetByText("as CSV").ClickAsync());
        Assert.Equal("track-record.csv", saved.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await saved.PathAsync(), TestContext.Current.CancellationToken);
        Assert.StartsWith("day,model,role,", lines[0], StringComparison.Ordinal);
        Assert.True(lines.Length > 30);
        Assert.Empty(open.Said);
    }

    [Fact]
    public async Task A_script_that_is_not_the_page_s_own_does_not_run()
    {
        await using var open = await OpenAsync(miner.Address);
        await open.Page.EvaluateAsync(
            """
            () => {
              const script = document.createElement('script');
              try { script.text = 'window.ran = 1'; } catch {}
              document.head.append(script);
            }
            """
        );
        Assert.False(await open.Page.EvaluateAsync<bool>("() => 'ran' in window"));
        Assert.Contains(open.Said, said => ContentSecurityPolicy().IsMatch(said));
    }

    /// <summary>Opens the page with data that differ from the miner's.</summary>
    private Task<OpenPage> OpenWithAsync(Action<JsonNode> change) =>
        OpenAsync(
            miner.Address,
            before: page =>
                page.RouteAsync(
                    "**/api/dashboard",
                    async route =>
                    {
                        var response = await route.FetchAsync();
                        var data = JsonNode.Parse(await response.TextAsync())!;
                        change(data);
                        await route.FulfillAsync(new() { ContentType = "application/json", Body = data.ToJsonString() });
                    }
                )
        );

    private Task<OpenPage> OpenAsync(
        Uri address,
        int width = 1280,
        ColorScheme theme = ColorScheme.Light,
        Func<IPage, Task>? before = null
    ) => OpenPage.OpenAsync(chromium.Browser, address, width, theme, before);

    /// <summary>Loads the page again until a part of it says something.</summary>
    private static async Task<string> ReadAsync(IPage page, string selector, string pattern)
    {
        for (var tries = 0; ; tries++)
        {
            var text = await page.Locator(selector).InnerTextAsync();
            if (Regex.IsMatch(text, pattern))
            {
                return text;
            }

            Assert.True(tries < 60, $"{pattern} was not in {text}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await page.ReloadAsync();
            await page.Locator("#strip .tile").First.WaitForAsync();
        }
    }

    [GeneratedRegex("Content Security Policy|TrustedScript", RegexOptions.IgnoreCase)]
    private static partial Regex ContentSecurityPolicy();
}
