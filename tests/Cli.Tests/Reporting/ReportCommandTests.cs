using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Reporting;

[Collection(CommandRun.Console)]
public sealed class ReportCommandTests : IClassFixture<TestStorage>
{
    private static readonly ModelId Model = new("exponential-smoothing", "1");

    private readonly DateOnly _today = Today;
    private readonly MinerTables _tables;
    private readonly Dictionary<string, string?> _settings;

    public ReportCommandTests(TestStorage storage)
    {
        var (connectionString, prefix) = storage.New();
        _tables = new(new(connectionString, prefix[..20]));
        _settings = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Bittbridge:Storage"] = connectionString,
            ["Bittbridge:TablePrefix"] = prefix[..20],
        };
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_record_says_what_will_be_shown_and_when()
    {
        var run = await RunAsync();

        Assert.Equal((0, ""), (run.Status, run.Error));
        // Midnight may have come since the test began.
        Assert.Contains(
            new[] { _today, Today },
            to =>
                run.Words.Contains(
                    $"Track record of tether-cny, {Text(to.AddDays(-6))} to {Text(to)} UTC (7 days), called by 0 callers",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("The first forecast is scored one hour after the first challenge.", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_model_and_role_and_each_day_of_the_active_model_has_a_line()
    {
        await KeepSomeDaysAsync();

        var run = await RunAsync();

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("UTC (7 days), called by 2 callers", run.Words, StringComparison.Ordinal);
        // An error of 0.001 beside the last price's 0.002, in an interval of 0.01.
        Assert.Contains("exponential-smoothing@1 Active 6 0.00100 0.500", run.Words, StringComparison.Ordinal);
        Assert.Contains("100.0 % 0.0100", run.Words, StringComparison.Ordinal);
        Assert.Contains("last-price@1 Fallback 2 ", run.Words, StringComparison.Ordinal);
        Assert.Contains("mine@7 Shadow 3 ", run.Words, StringComparison.Ordinal);
        Assert.Contains($"{Text(-2)} exponential-smoothing@1 3 0.00100 0.500", run.Words, StringComparison.Ordinal);
        Assert.Contains($"{Text(-1)} exponential-smoothing@1 3 0.00100 0.500", run.Words, StringComparison.Ordinal);
        Assert.Contains("in place of the active model's): 25.0 %", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_and_a_model_leave_out_the_rest()
    {
        await KeepSomeDaysAsync();

        var run = await RunAsync("--from", Text(-2), "--to", Text(-2), "--model", "exponential-smoothing");

        Assert.Contains("UTC (1 day)", run.Words, StringComparison.Ordinal);
        Assert.Contains("exponential-smoothing@1 Active 3 ", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("mine@7", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Text(-1), run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Share of fallbacks", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task Storage_and_a_running_miner_give_exactly_what_the_route_answers(string format)
    {
        await KeepSomeDaysAsync();
        await using var miner = await ReportMiner.StartAsync(_settings);
        using var http = new HttpClient();
        var route = await http.GetStringAsync(
            new Uri($"{miner.Url}/api/track-record?from={Text(-6)}&to={Text(0)}&model=exponential-smoothing%401&format={format}"),
            Ct
        );
        Assert.Contains("exponential-smoothing@1", route, StringComparison.Ordinal);

        string[] args = ["--from", Text(-6), "--to", Text(0), "--model", "exponential-smoothing@1", $"--{format}"];
        var stored = await RunAsync(args);
        var asked = await CommandRun.OfAsync(["report", .. args, "--url", miner.Url]);

        Assert.Equal((0, ""), (asked.Status, asked.Error));
        Assert.Equal(route.TrimEnd(), stored.Output.TrimEnd());
        Assert.Equal(route.TrimEnd(), asked.Output.TrimEnd());
    }

    [Fact]
    public async Task A_running_miner_is_shown_in_words_as_storage_is()
    {
        await KeepSomeDaysAsync();
        await using var miner = await ReportMiner.StartAsync(_settings);

        DateOnly day;
        string stored;
        string asked;
        do
        {
            day = Today;
            stored = (await RunAsync()).Output;
            asked = (await CommandRun.OfAsync("report", "--url", miner.Url)).Output;
        } while (day != Today);

        Assert.Equal(stored, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--csv")]
    public async Task A_forecast_whose_hour_is_not_over_is_not_shown(string form)
    {
        // A clock that was set back leaves such rows.
        var target = TimeProvider.System.GetUtcNow().AddDays(1);
        await KeepAsync(Model, ForecastRole.Active, target, "Alice", price: 7.7777);

        var run = await RunAsync(["--to", Text(2), .. form.Length == 0 ? [] : new[] { form }]);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.DoesNotContain("exponential-smoothing", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("7.7777", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_value_is_named_at_once()
    {
        var run = await RunAsync("--from", "yesterday", "--model", "a b", "--url", "miner", "--json", "--csv");

        Assert.Equal(2, run.Status);
        Assert.Contains("--from is 'yesterday': give a UTC day such as 2026-11-23.", run.Error, StringComparison.Ordinal);
        Assert.Contains("--model is 'a b': give a model's name", run.Error, StringComparison.Ordinal);
        Assert.Contains("--url is 'miner': give the address of a miner", run.Error, StringComparison.Ordinal);
        Assert.Contains("--json and --csv exclude each other", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-24", "2026-11-23", "--from is 2026-11-24, after the last day 2026-11-23")]
    [InlineData("2020-01-01", "2026-11-23", "--from is 2020-01-01, and one report has 1100 days at most: give 2023-11-20")]
    public async Task A_range_that_can_not_be_is_refused_with_a_remedy(string from, string to, string sentence)
    {
        var run = await RunAsync("--from", from, "--to", to);
        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_places_to_read_from_are_refused()
    {
        var run = await RunAsync("--url", "http://127.0.0.1:1", "--table-prefix", "mine");
        Assert.Equal(2, run.Status);
        Assert.Contains("--table-prefix and --url name two sources", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unreachable_storage_is_reported_with_a_remedy()
    {
        var run = await CommandRun.OfAsync("report", "--storage", StorageEmulator.Unreachable());
        Assert.Equal(1, run.Status);
        Assert.StartsWith("Storage is out of reach:", run.Error, StringComparison.Ordinal);
        Assert.Contains("check --storage", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "shows its track record only to its operator")]
    [InlineData(503, "can't read its track record from storage")]
    [InlineData(404, "answered /api/track-record with 404")]
    [InlineData(200, "answered /api/track-record with 200")]
    public async Task A_miner_that_does_not_tell_is_explained(int status, string words)
    {
        await using var server = new StandInServer(status, "{}");
        var run = await CommandRun.OfAsync("report", "--url", server.Url);
        Assert.Equal(1, run.Status);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_listens_the_url_is_named()
    {
        var run = await CommandRun.OfAsync("report", "--url", "http://127.0.0.1:1");
        Assert.Equal(1, run.Status);
        Assert.StartsWith("Nothing answers at http://127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_token_of_the_environment_is_sent()
    {
        string? sent = null;
        await using var server = new StandInServer(context =>
        {
            sent = context.Request.Headers.Authorization;
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        _settings["Bittbridge:Operator:Token"] = "a-token-of-the-operator";
        var run = await RunAsync("--url", server.Url);
        Assert.Equal("Bearer a-token-of-the-operator", sent);
        Assert.DoesNotContain("a-token-of-the-operator", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.InAsync(_settings, ["report", .. args]);

    private string Text(int day) => Text(_today.AddDays(day));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd");

    /// <summary>Two days: three answers and a shadow on each, then a fallback on each.</summary>
    private async Task KeepSomeDaysAsync()
    {
        foreach (var day in new[] { -2, -1 })
        {
            var noon = new DateTimeOffset(_today.AddDays(day), new(12, 0), TimeSpan.Zero);
            await KeepAsync(Model, ForecastRole.Active, noon, day == -1 ? "Alice" : "Bob", count: 3);
            await KeepAsync(new("last-price", "1"), ForecastRole.Fallback, noon.AddHours(1), "Alice");
        }

        await KeepAsync(new("mine", "7"), ForecastRole.Shadow, new(_today.AddDays(-1), new(12, 0), TimeSpan.Zero), null, count: 3);
    }

    /// <summary>Keeps outcomes of consecutive slots in storage, as the scoring does.</summary>
    private async Task KeepAsync(
        ModelId model,
        ForecastRole role,
        DateTimeOffset target,
        string? caller,
        int count = 1,
        double price = 7.101
    )
    {
        var first = PriceSlot.NearestTo(target);
        var row = DayRow.New(TrackRecordKeys.DayOf(first), model, role);
        for (var i = 0; i < count; i++)
        {
            var at = first.Time + (i * PriceSlot.Step);
            var forecast = new ScoredForecast(at - Forecast.Horizon, price, PredictionInterval.Around(price, 0.005), 7.102, 7.1);
            row.Put(PriceSlot.NearestTo(at), new(forecast, at, 12), caller is null ? [] : [caller], 0);
        }

        await _tables.UseAsync(
            MinerTables.TrackRecord,
            table => table.UpsertEntityAsync(row.ToEntity("tether-cny"), cancellationToken: Ct),
            Ct
        );
    }
}
