using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bittbridge.Testing;
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
        Assert.Every(open.Requests, request => Assert.StartsWith(miner.Address.ToString(), request.Url, StringComparison.Ordinal));
        Assert.Equal(["/", "/api/dashboard"], open.Paths);

        // Nothing of the page is wider than the window.
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    /// <summary>Each width and each theme once: what axe finds in a theme are colors, which no width changes, and axe takes long.</summary>
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Axe_finds_no_violation(int width, ColorScheme theme)
    {
        await using var open = await OpenAsync(miner.Address, width, theme);

        // The two longest tables are left closed: they are built as the others are, and axe takes minutes for their cells.
        await open.UnfoldAsync(except: 2);
        await open.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_no_violation_with_every_table_open(ColorScheme theme)
    {
        await using var open = await OpenWithAsync(Shorten, theme: theme);
        await open.UnfoldAsync();
        Assert.Equal(7, await open.Page.Locator("details[open] table.data").CountAsync());
        await open.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData(500, ColorScheme.Light, "the miner answered 500")]
    [InlineData(500, ColorScheme.Dark, "the miner answered 500")]
    [InlineData(401, ColorScheme.Light, "the miner answered 401, so it wants the operator’s token or key")]
    [InlineData(200, ColorScheme.Light, "the miner’s answer is not JSON")]
    [InlineData(0, ColorScheme.Light, "the miner did not answer")]
    public async Task A_page_without_data_tells_why(int status, ColorScheme theme, string reason)
    {
        await using var open = await OpenPage.OpenAsync(
            chromium.Browser,
            miner.Address,
            theme: theme,
            before: page =>
                page.RouteAsync(
                    "**/api/dashboard",
                    route => status == 0 ? route.AbortAsync() : route.FulfillAsync(new() { Status = status, Body = "<html>" })
                ),
            awaited: "#failure"
        );
        Assert.Equal(
            $"This page could not be refreshed: {reason}. It shows nothing yet and tries again every 30 s.",
            await open.Page.Locator("#failure").InnerTextAsync()
        );
        Assert.Equal("", await open.Page.Locator("#updated").InnerTextAsync());
        if (status == 500)
        {
            // Of the others only the text differs.
            await open.AssertAccessibleAsync();
        }
    }

    [Fact]
    public async Task The_public_page_needs_no_token_and_gives_no_reasons_of_health()
    {
        await using var operators = await OpenAsync(miner.Address);
        Assert.Contains(await Details(operators), detail => detail.Length > 0);

        // Not from the loopback, so the miner does not take it for the operator.
        var address = new UriBuilder(miner.Address) { Host = Chromium.Elsewhere, Path = "public" }.Uri;
        await using var open = await OpenAsync(address);
        Assert.Equal(7, (await Details(open)).Count);
        Assert.Every(await Details(open), Assert.Empty);
        Assert.True(await open.Page.Locator("#save").IsHiddenAsync());
        Assert.Equal(["/public", "/public/data"], open.Paths);
        foreach (var response in await open.ResponsesAsync())
        {
            Assert.Equal(200, response.Status);
            Assert.DoesNotContain("authorization", (await response.Request.AllHeadersAsync()).Keys);
        }

        var asking = open.Page.EvaluateAsync<int>("async () => (await fetch('/api/track-record')).status");
        Assert.Equal(401, await asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken));
        await open.UnfoldAsync(except: 2);
        await open.AssertAccessibleAsync();

        static Task<IReadOnlyList<string>> Details(OpenPage open) => open.Page.Locator("#parts tbody td:last-child").AllInnerTextsAsync();
    }

    [Fact]
    public async Task The_strip_answers_in_figures_with_their_bounds()
    {
        await miner.AnsweredAsync();
        await using var open = await OpenAsync(miner.Address);
        await ReadAsync(open.Page, "#strip", @"Healthy[\s\S]+by 5Grwva[\s\S]+Coverage\s+\d");
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

        await ReadAsync(page, "#callers", @"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\s+0\s+yes\s+[1-9]\d*\s+\d+\s+\d+");
        Assert.Matches(@"5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y\s+1\s+no", await page.Locator("#callers").InnerTextAsync());
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
        await open.RefreshedAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('updated').textContent.startsWith('As of')");

        // A challenge that is answered meanwhile is told without loading the page again.
        var asked = await LastAskedAsync();
        await miner.AnsweredAsync();
        for (var tries = 0; await LastAskedAsync() == asked; tries++)
        {
            Assert.True(tries < 60, $"Last asked is still {asked}.");
            await open.RefreshedAsync();
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        var failure = page.Locator("#failure");
        await failure.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        // The page's clock also passes by itself: a slow machine comes here when most of the 30 s are over.
        await page.RouteAsync("**/api/dashboard", route => route.FulfillAsync(new() { Status = 503, Body = "" }));
        await page.Clock.FastForwardAsync(23_000);
        await open.RefreshedAsync();
        await failure.GetByText("the miner answered 503").WaitForAsync();
        Assert.Matches(
            @"This page could not be refreshed: the miner answered 503\. It shows the state of \d\d:\d\d UTC and tries again every 30 s\.",
            await failure.InnerTextAsync()
        );

        await page.UnrouteAsync("**/api/dashboard");
        await open.RefreshedAsync();
        await failure.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        async Task<string?> LastAskedAsync() => await page.Locator("#strip time").First.GetAttributeAsync("datetime");
    }

    [Fact]
    public async Task A_fault_of_the_page_is_told_as_such_and_the_page_keeps_what_it_showed()
    {
        var isBroken = false;
        await using var open = await OpenWithAsync(
            data =>
            {
                if (isBroken)
                {
                    data["health"]!["model"] = "of-the-broken-data@1";
                    data["chain"] = null;
                }
            },
            before: page => page.Clock.InstallAsync()
        );
        var page = open.Page;
        var before = await page.Locator("#strip").InnerTextAsync();
        isBroken = true;
        await open.RefreshedAsync();
        await page.Locator("#failure").GetByText("the page has a fault").WaitForAsync();
        Assert.Matches(
            @"could not be refreshed: the page has a fault \(.+\); load it again after an update of the miner\. It shows the state of \d\d:\d\d UTC",
            await page.Locator("#failure").InnerTextAsync()
        );
        Assert.Contains("filtered-smoothers@1 answers", before, StringComparison.Ordinal);
        Assert.Contains("filtered-smoothers@1 answers", await page.Locator("#strip").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-broken-data", await page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await open.AssertSaysAsync(TypeError());
        await open.AssertAccessibleAsync();

        isBroken = false;
        await open.RefreshedAsync();
        await page.Locator("#failure").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Fact]
    public async Task A_change_of_the_model_is_shown_while_the_page_is_open()
    {
        var model = "filtered-smoothers@1";
        await using var open = await OpenWithAsync(data => data["health"]!["model"] = model, before: page => page.Clock.InstallAsync());
        Assert.Contains("filtered-smoothers@1 answers", await open.Page.Locator("#strip").InnerTextAsync(), StringComparison.Ordinal);
        model = "mine@2";
        await open.RefreshedAsync();
        await open.Page.Locator("#strip").GetByText("mine@2 answers").WaitForAsync();
        Assert.Contains("mine@2", await open.Page.Locator("#health-facts").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task While_storage_is_gone_the_last_figures_stay_with_their_time(ColorScheme theme)
    {
        await using var open = await OpenWithAsync(
            data =>
                data["outdated"] = new JsonObject
                {
                    ["readAt"] = "2026-11-23T09:05:30Z",
                    ["problem"] = "the track record can't be read from storage",
                },
            theme: theme
        );
        Assert.Equal(
            "Callers, figures and charts are as of 23 Nov 09:05 UTC, because the track record can't be read from storage.",
            await open.Page.Locator("#outdated").InnerTextAsync()
        );
        Assert.Matches(@"Coverage\s+\d\d\.\d %", await open.Page.Locator("#strip").InnerTextAsync());
        Assert.Equal(6, await open.Page.Locator(".uplot canvas").CountAsync());
        await open.AssertAccessibleAsync();
    }

    [Fact]
    public async Task An_address_that_is_cut_short_is_on_the_page_in_full()
    {
        await miner.AnsweredAsync();
        await using var open = await OpenAsync(miner.Address);
        await ReadAsync(open.Page, "#strip", "by 5Grwva");
        var shortened = await open.Page.Locator(".address[title]").AllAsync();
        Assert.Equal(2, shortened.Count);
        var text = await open.Page.Locator("section").AllInnerTextsAsync();
        foreach (var address in shortened)
        {
            var whole = await address.GetAttributeAsync("title");
            Assert.Contains(text, section => section.Contains(whole!, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(text, section => section.Contains('…', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_to_callers_without_a_row_are_counted_below_the_table()
    {
        await using var open = await OpenWithAsync(data =>
            data["calls"]!["others"] = new JsonObject
            {
                ["lastHour"] = 1,
                ["today"] = 0,
                ["yesterday"] = 1200,
            }
        );
        Assert.Contains(
            "and 1 answer in the last hour, 1,200 answers yesterday to others, whose names are not kept",
            await open.Page.Locator("#callers").InnerTextAsync(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_figure_by_day_and_by_hour_has_its_bounds()
    {
        await using var open = await OpenAsync(miner.Address);
        await open.UnfoldAsync(except: 2);
        foreach (var title in new[] { "the last price’s, by day", "Coverage by day", "interval score by day", "by hour of the day" })
        {
            var chart = open.Page.Locator(".chart").Filter(new() { HasText = title });
            var heads = await chart.Locator(".data thead th").AllInnerTextsAsync();
            var rows = await chart.Locator(".data tbody tr").AllInnerTextsAsync();
            var lower = heads.ToList().IndexOf("Lower");
            Assert.True(lower > 0, title);

            // The first and the last day may be too short for bounds.
            var bounded = rows.Count(row => row.Split('\t')[lower] != "–" && row.Split('\t')[lower + 1] != "–");
            Assert.True(rows.Count >= 20 && bounded >= rows.Count - 2, $"{title}: {bounded} of {rows.Count}");
        }

        var days = await open.Page.Locator("#days tbody tr").AllInnerTextsAsync();
        Assert.Matches(@"^\d+ [A-Z][a-z]{2} UTC\s", days[1]);
        Assert.Matches(@"\d\.\d{3} to \d\.\d{3}[\s\S]+ % to [\s\S]+ to 0\.[\s\S]+\d+\.\d ms\s+\d+\.\d ms", days[1]);
    }

    [Fact]
    public async Task A_forecast_of_the_fallback_is_marked_in_chart_and_table()
    {
        await using var open = await OpenWithAsync(data =>
        {
            Shorten(data);
            var flags = data["quality"]!["chart"]!["isFallback"]!.AsArray();
            for (var i = 0; i < flags.Count; i++)
            {
                flags[i] = i % 5 == 0;
            }
        });
        var chart = open.Page.Locator(".chart").First;
        await chart.Locator("summary").ClickAsync();
        Assert.Equal("Fallback", (await chart.Locator(".data thead th").AllInnerTextsAsync())[^1]);
        Assert.Contains(
            await chart.Locator(".data tbody td:last-child").AllInnerTextsAsync(),
            cell => cell.EndsWith(" CNY", StringComparison.Ordinal)
        );

        // The color of the square, which nothing else in this chart has.
        Assert.True(await DrawnAsync(open.Page, 0x7a, 0x5c, 0x00) > 50);
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
        await plots.First.ScrollIntoViewIfNeededAsync();
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
        foreach (var response in await open.ResponsesAsync())
        {
            var body = await response.TextAsync();
            Assert.Every(text, digits => Assert.DoesNotContain(digits, body, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_function_key_of_the_address_is_handed_on_in_a_header_alone()
    {
        await using var open = await OpenAsync(new(miner.Address, "dashboard?code=the-key"));
        var data = open.Requests.First(request => request.Url.Contains("/api/", StringComparison.Ordinal));
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
        var drawn = await DrawnAsync(open.Page, 0x1f, 0x5f, 0x9e);
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
        await open.AssertSaysAsync(ContentSecurityPolicy());
    }

    /// <summary>How many dots of a color the first chart has.</summary>
    private static Task<int> DrawnAsync(IPage page, int red, int green, int blue) =>
        page.EvaluateAsync<int>(
            """
            ([red, green, blue]) => {
              const canvas = document.querySelector('.uplot canvas');
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let count = 0;
              for (let i = 0; i < data.length; i += 4) count += data[i] === red && data[i + 1] === green && data[i + 2] === blue;
              return count;
            }
            """,
            new[] { red, green, blue }
        );

    /// <summary>Leaves what a miner has that started three hours ago.</summary>
    private static void Shorten(JsonNode data)
    {
        var quality = data["quality"]!;
        foreach (var name in new[] { "price", "forecast", "lower", "upper", "lastPrice" })
        {
            var values = quality["chart"]![name]!.AsArray();
            for (var i = 0; i < values.Count - 36; i++)
            {
                values[i] = null;
            }
        }

        var days = quality["days"]!.AsArray();
        while (days.Count > 2)
        {
            days.RemoveAt(0);
        }
    }

    /// <summary>Opens the page with data that differ from the miner's.</summary>
    private Task<OpenPage> OpenWithAsync(
        Action<JsonNode> change,
        ColorScheme theme = ColorScheme.Light,
        Func<IPage, Task>? before = null
    ) =>
        OpenAsync(
            miner.Address,
            theme: theme,
            before: async page =>
            {
                await (before?.Invoke(page) ?? Task.CompletedTask);
                await page.RouteAsync(
                    "**/api/dashboard",
                    async route =>
                    {
                        var response = await route.FetchAsync();
                        var data = JsonNode.Parse(await response.TextAsync())!;
                        change(data);
                        await route.FulfillAsync(new() { ContentType = "application/json", Body = data.ToJsonString() });
                    }
                );
            }
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

    [GeneratedRegex("TypeError")]
    private static partial Regex TypeError();
}
