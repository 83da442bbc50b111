using Bittbridge.Cli.Prices;
using Bittbridge.Models.Text;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Prices;

/// <summary>Files of prices as other programs write them.</summary>
[Collection(CommandRun.Console)]
public sealed class ImportPricesCommandTests : IDisposable
{
    private static readonly string[] Two = ["timestamp_utc,close", "2025-10-13T15:15:00Z,7.1397", "2025-10-13T15:20:00Z,7.1394"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("timestamp_utc,close\n2025-10-13T15:20:00Z,7.1394\n2025-10-13T15:15:00Z,7.1397\n")]
    [InlineData("\uFEFFDate;Close\r\n13.10.2025 15:15;7,1397\r\n13.10.2025 15:20;7,1394\r\n")]
    [InlineData("date\tprice\n2025/10/13 15:15\t7.1397\n2025/10/13 15:20\t7.1394\n")]
    [InlineData("timestamp,cny\n1760368500,\"7,1397\"\n1760368800,\"7,1394\"\n")]
    [InlineData("1760368500000,7.1397\n1760368800000,7.1394\n")]
    [InlineData("1760368500000000,7.1397\n1.7603688e18,7.1394\n")]
    [InlineData("<DATE>\t<TIME>\t<CLOSE>\n2025.10.13\t15:15:00\t7.1397\n2025.10.13\t15:20:00\t7.1394\n")]
    [InlineData("snapped_at,price,market_cap\n2025-10-13 15:15:00 UTC,7.1397,1e12\n2025-10-13 23:20:00+08:00,7.1394,1e12\n\n")]
    public async Task Every_usual_dialect_gives_the_same_prices(string text)
    {
        var run = await ImportAsync(text);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(Two, File.ReadLines(Out));
    }

    [Fact]
    public async Task The_bars_of_yfinance_close_when_they_end()
    {
        var run = await ImportAsync(
            "Price,Close,High,Low,Open,Volume\nTicker,USDT-CNY,USDT-CNY,USDT-CNY,USDT-CNY,USDT-CNY\nDatetime,,,,,\n"
                + "2025-10-13 15:10:00+00:00,7.1397,7.2,7.1,7.1,0\n2025-10-13 15:15:00+00:00,7.1394,7.2,7.1,7.1,0\n"
                + "2025-10-13 15:20:00+00:00,,,,,\n"
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(Two, File.ReadLines(Out));
        Assert.Contains("plus 5 minutes, since a bar's close is known when it ends (--stamp).", run.Words, StringComparison.Ordinal);
        Assert.Contains("1 line without a price is left out.", run.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("end", "2025-10-13T15:15:00Z")]
    [InlineData("start", "2025-10-13T15:20:00Z")]
    [InlineData("auto", "2025-10-13T15:20:00Z")]
    public async Task The_times_of_bars_are_as_the_user_says(string stamp, string time)
    {
        var run = await ImportAsync(
            "time,open,high,low,close\n2025-10-13T15:15:00Z,7.1,7.2,7.1,7.1397\n2025-10-13T15:20:00Z,7.1,7.2,7.1,7.1394\n",
            "--stamp",
            stamp
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal($"{time},7.1397", File.ReadLines(Out).ElementAt(1));
    }

    [Fact]
    public async Task Bars_that_name_their_end_are_not_moved()
    {
        var run = await ImportAsync(
            "open_time,open,high,low,close,volume,close_time\n1760368200000,7.1,7.2,7.1,7.1397,3,1760368500000\n"
                + "1760368500000,7.1,7.2,7.1,7.1394,3,1760368800000\n"
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(Two, File.ReadLines(Out));
    }

    [Fact]
    public async Task Columns_of_any_title_can_be_named()
    {
        var run = await ImportAsync(
            "Zeit;Kurs;Dollar\n13.10.2025 15:15;7,1397;0,9998\n13.10.2025 15:20;7,1394;\n",
            "--time-column",
            "zeit",
            "--price-column",
            "Kurs",
            "--usd-column",
            "Dollar"
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(
            ["timestamp_utc,close,usd", "2025-10-13T15:15:00Z,7.1397,0.9998", "2025-10-13T15:20:00Z,7.1394,"],
            File.ReadLines(Out)
        );
    }

    [Fact]
    public async Task Each_refused_line_is_named_with_its_remedy_and_nothing_is_written()
    {
        const string Text =
            "time,close,usd\n2025-10-13T15:15:00Z,7.1397,\n10/13/2025 15:20,7.1,\n2025-10-13T15:25:00Z,seven,\n"
            + "2025-10-13T15:30:00Z,1.0002,\n2025-10-13T15:35:00Z,7.1,7.1\n1900-01-01,7.1,\n2025-10-13T15:40:00Z\n2025-10-13T15:15:00Z,7.2,\n";

        var run = await ImportAsync(Text);

        Assert.Equal(1, run.Status);
        Assert.False(File.Exists(Out));
        var lines = run.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "line 3: the time '10/13/2025 15:20' can't be read in one way only: write ISO 8601",
                "line 4: the price 'seven' is not CNY per USDT: write a number from 5 to 10",
                "line 5: the price '1.0002' is not CNY per USDT: write a number from 5 to 10",
                "line 6: the USD price '7.1' is not USD per USDT: write a number from 0.8 to 1.2",
                "line 7: the time '1900-01-01' is 1900-01-01T00:00:00Z: write one from 2014 to 2099.",
                "line 8: it has 1 field, and close is field 2: complete the line, or remove it.",
                "line 9: the price for 2025-10-13T15:15:00Z is 7.2, and it is 7.1397 in",
                "7 lines are refused, so nothing was written: mend them, or leave them out with --skip-refused.",
            ],
            lines.Select((line, i) => i == 7 ? line : line[(line.IndexOf(", line", StringComparison.Ordinal) + 2)..]),
            (wanted, said) => said.StartsWith(wanted, StringComparison.Ordinal)
        );

        var rest = await ImportAsync(Text, "--skip-refused");
        Assert.Equal(0, rest.Status);
        Assert.Equal(["timestamp_utc,close", "2025-10-13T15:15:00Z,7.1397"], File.ReadLines(Out));
    }

    [Theory]
    [InlineData(21, "… and 1 more line.")]
    [InlineData(1000, "… and 980 more lines.")]
    public async Task A_thousand_refused_lines_are_not_a_thousand_sentences(int refused, string rest)
    {
        var run = await ImportAsync("time,close\n" + string.Concat(Enumerable.Repeat("x,7.1\n", refused)));

        Assert.Equal(1, run.Status);
        Assert.Equal(22, run.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(rest, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hotkey,phrase\nx,y\n", "has no column of times and of prices in line 1, between commas")]
    [InlineData("a;b\n1;2\n", "between semicolons")]
    [InlineData("", "is empty: name another one.")]
    [InlineData("time,close\n\"2025-10-13T15:15:00Z,7.1\n", "has a quote that is never closed in line 2")]
    public async Task A_file_without_prices_is_one_sentence_that_does_not_show_its_lines(string text, string sentence)
    {
        var run = await ImportAsync(text);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("phrase", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public async Task Files_of_several_days_are_joined_and_what_is_in_both_stands_once()
    {
        var one = _folder.Write("one.csv", "timestamp_utc,close", "2025-10-13T15:15:00Z,7.1397", "2025-10-13T15:20:00Z,7.1394");
        var other = _folder.Write("other.csv", "time;close;usd", "13.10.2025 15:20;7,1394;0,9999", "13.10.2025 15:25;7,14;");

        var run = await CommandRun.OfAsync("prices", "import", one, other, "--out", Out);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(
            ["timestamp_utc,close,usd", "2025-10-13T15:15:00Z,7.1397,", "2025-10-13T15:20:00Z,7.1394,0.9999", "2025-10-13T15:25:00Z,7.14,"],
            File.ReadLines(Out)
        );
    }

    [Fact]
    public async Task Daily_prices_are_written_and_said_to_be_useless_for_a_measurement()
    {
        var run = await ImportAsync("snapped_at,price\n2025-10-13 00:00:00 UTC,7.1397\n2025-10-14 00:00:00 UTC,7.1394\n");

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("The prices are mostly 1 day apart, so they can't score forecasts", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void For_random_text_the_prices_that_are_kept_are_possible() =>
        ParserFuzzing.Run(
            [
                "time,open,high,low,close,usd\n2025-10-13T15:15:00Z,7.1,7.2,7.1,7.1397,1.0\n"u8.ToArray(),
                "Price,Close\nTicker,USDT-CNY\nDatetime,\n2025-10-13 15:15:00+00:00,7.1397\n"u8.ToArray(),
                "1760368500000\t7,1397\n9999999999999\t7.1\n1e28\t7\n"u8.ToArray(),
                "date;time;close\n13.10.2025;15:15;7,1\n"u8.ToArray(),
            ],
            bytes =>
            {
                if (TextBytes.TryDecode(bytes, out var text, out _))
                {
                    var prices = new ForeignPrices(new(null, null, null), BarStamp.Auto);
                    prices.Add("a file", text);
                    Assert.All(prices.Points, point => Assert.InRange(point.Cny, 5, 10));
                }
            },
            typeof(UsageException)
        );

    private string Out => _folder.At("out.csv");

    private Task<CommandRun> ImportAsync(string text, params string[] more)
    {
        var file = _folder.At("some.csv");
        File.WriteAllText(file, text);
        return CommandRun.OfAsync(["prices", "import", file, "--out", Out, .. more]);
    }
}
