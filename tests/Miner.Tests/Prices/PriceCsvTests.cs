using System.Text;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class PriceCsvTests
{
    private static readonly PricePoint Point = new(new(2025, 10, 5, 13, 5, 0, TimeSpan.Zero), 7.1397);

    [Theory]
    [InlineData("2025-10-05T13:05:00Z")]
    [InlineData("2025-10-05 13:05:00")]
    [InlineData("2025-10-05T13:05")]
    [InlineData("2025-10-05T13:05:00.000000")]
    [InlineData("2025-10-05 13:05:00+00:00")]
    [InlineData("2025-10-05T21:05:00+08:00")]
    [InlineData("2025-10-05T21:05:00+0800")]
    [InlineData("2025-10-05T09:35:00-03:30")]
    public void A_time_in_iso_8601_is_utc_unless_it_says_otherwise(string time) =>
        Assert.Equal([Point], Read($"timestamp_utc,close\n{time},7.1397\n"));

    [Theory]
    [InlineData("05.10.2025 13:05")]
    [InlineData("05/10/2025")]
    [InlineData("10-13-25 15:15")]
    [InlineData("Oct 13")]
    [InlineData("Sun 05 Oct 2025 13:05:00 GMT")]
    [InlineData("13:05:00")]
    [InlineData("7.1397")]
    [InlineData("1.5")]
    [InlineData("10.2025")]
    [InlineData("2025")]
    [InlineData("2025-10")]
    [InlineData("2025-W40-7")]
    [InlineData("20251005T130500Z")]
    [InlineData("1759669500")]
    [InlineData("2025-13-05T13:05:00Z")]
    [InlineData("2025-02-30T13:05:00Z")]
    [InlineData("2025-10-05T24:00:00Z")]
    [InlineData("2025-10-05T13:05:60Z")]
    [InlineData("2025-10-05T13:05:00+15:00")]
    [InlineData("2025-10-05T13:05:00 PM")]
    [InlineData("٢٠٢٥-10-05T13:05:00Z")]
    [InlineData("")]
    public void Any_other_time_is_refused_with_its_line_and_the_wanted_form(string time) =>
        Assert.Equal(
            $"The file x.csv has the time '{time}' in line 3: write a time in ISO 8601 such as 2025-10-13T15:15:00Z (UTC where no offset "
                + "is given).",
            Refusal($"timestamp_utc,close\n2025-10-05T13:00:00Z,7.1\n{time},7.1397\n")
        );

    [Theory]
    [InlineData("1397-01-01T00:00Z", "from 2014 to 2099")]
    [InlineData("9999-12-31T23:59:59-14:00", "ISO 8601")]
    [InlineData("2100-01-01T00:00Z", "from 2014 to 2099")]
    public void A_time_before_there_was_a_price_is_refused(string time, string wanted) =>
        Assert.Contains(wanted, Refusal($"timestamp_utc,close\n{time},7.1\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("71397")]
    [InlineData("0.71397")]
    [InlineData("4.99")]
    [InlineData("10.01")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-7.1")]
    [InlineData("7.1 CNY")]
    [InlineData("0x7")]
    [InlineData("")]
    public void A_close_outside_the_bounds_of_live_prices_is_refused(string close) =>
        Assert.Equal(
            $"The file x.csv has the close '{close}' in line 2: write CNY per USDT as a number from 5 to 10, such as 7.1397.",
            Refusal($"timestamp_utc,close\n2025-10-05T13:00:00Z,{close}\n")
        );

    [Theory]
    [InlineData("0.79")]
    [InlineData("1.21")]
    [InlineData("7.1")]
    [InlineData("none")]
    public void A_usd_price_outside_the_bounds_of_live_prices_is_refused(string usd) =>
        Assert.Contains(
            $"has the usd '{usd}' in line 2",
            Refusal($"timestamp_utc,close,usd\n2025-10-05T13:00:00Z,7.1,{usd}\n"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("\"timestamp_utc\",\"close\"\n\"2025-10-05T13:05:00Z\",\"7.1397\"\n")]
    [InlineData("\uFEFFtimestamp_utc,close\r\n2025-10-05T13:05:00Z,7.1397\r\n\r\n\r\n")]
    [InlineData("timestamp_utc,close\r2025-10-05T13:05:00Z,7.1397")]
    [InlineData("\n\nCLOSE , Timestamp_UTC\n 7.1397 , 2025-10-05T13:05:00Z \n")]
    [InlineData("note,timestamp_utc,open,close\n\"a \"\"note\"\",\nof two lines\",2025-10-05T13:05:00Z,none,7.1397\n")]
    [InlineData("timestamp_utc,close,usd\n2025-10-05T13:05:00Z,7.1397,\n")]
    [InlineData("timestamp_utc,close\n2025-10-05T13:05:00Z,7.13970e0\n")]
    public void Every_csv_of_rfc_4180_is_read(string text) => Assert.Equal([Point], Read(text));

    [Fact]
    public void Lines_in_quotes_are_counted() =>
        Assert.Contains(
            "in line 5:",
            Refusal("note,timestamp_utc,close\n\"one\r\ntwo\n\",2025-10-05T13:05:00Z,7.1\nx,2025-10-05T13:10:00Z,seven\n"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("timestamp_utc,close\n\"2025-10-05T13:05:00Z,7.1\n", "a quote that is never closed in line 2")]
    [InlineData("timestamp_utc,close\n\"2025-10-05T13:05:00Z\"x,7.1\n", "text between a closing quote and the next comma in line 2")]
    [InlineData("timestamp_utc;close\n2025-10-05T13:05:00Z;7,1\n", "no column timestamp_utc in line 1")]
    [InlineData("timestamp_utc,open\n", "no column close in line 1")]
    [InlineData("time,close\n", "no column timestamp_utc in line 1")]
    [InlineData("timestamp_utc,close,close\n", "the column close more than once in line 1")]
    [InlineData("timestamp_utc,close\n2025-10-05T13:05:00Z,7,1\n", "3 fields where the first line names 2")]
    [InlineData("timestamp_utc,close\n2025-10-05T13:05:00Z;7.1\n", "1 field where the first line names 2")]
    public void A_file_that_is_not_a_CSV_of_prices_is_rejected_with_the_line(string text, string fault) =>
        Assert.Contains(fault, Refusal(text), StringComparison.Ordinal);

    [Fact]
    public void The_first_line_of_another_file_is_not_shown() =>
        Assert.DoesNotContain("sausage", Refusal("legal winner thank year wave sausage\n"), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_text_are_rejected() =>
        Assert.Equal(
            "The file x.csv is not UTF-8 in line 2: save it as UTF-8.",
            Refusal([.. Encoding.UTF8.GetBytes("timestamp_utc,close\n"), 0xE9, 0xFF])
        );

    [Fact]
    public void The_same_row_again_is_fine_and_another_price_for_its_time_is_not()
    {
        Assert.Equal([Point, Point], Read("timestamp_utc,close\n2025-10-05T13:05:00Z,7.1397\n2025-10-05T21:05:00+08:00,7.1397\n"));
        Assert.Equal(
            "The file x.csv has two different prices for 2025-10-05T13:05:00Z, in line 2 and in line 4: remove the wrong one.",
            Refusal("timestamp_utc,close\n2025-10-05T13:05:00Z,7.1397\n2025-10-05T13:10:00Z,7.14\n2025-10-05T13:05:00Z,7.1398\n")
        );
    }

    [Fact]
    public void A_file_without_an_end_of_its_lines_does_not_fill_the_memory() =>
        Assert.Contains(
            "more than 1000 characters in line 2",
            Refusal("timestamp_utc,close\n" + new string('7', 100_000)),
            StringComparison.Ordinal
        );

    [Fact]
    public void Any_bytes_are_read_or_refused_in_one_sentence() =>
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    "timestamp_utc,close\n2025-10-05T13:05:00Z,7.1397\n2025-10-05T13:10:00Z,7.14\n",
                    "\uFEFF\"timestamp_utc\",\"close\",\"usd\"\r\n\"2025-10-05 13:05:00+08:00\",\"7.1397\",\"0.9998\"\r\n\r\n",
                    "usd,note,CLOSE,Timestamp_utc\n,\"a, \"\"b\"\"\n\",7.1,2025-10-05\n1.01,,7.2,2025-10-05T00:05:00.123456-03:30\n",
                }.Select(Encoding.UTF8.GetBytes),
                [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("timestamp_utc,close\n2025-10-05T13:05:00Z,7.1397\n")],
            ],
            bytes =>
            {
                var points = PriceCsv.Read(bytes, "x.csv", out var problem);
                AssertIsReadOrRefused(points is not null, problem);
                Assert.All(
                    points ?? [],
                    point =>
                    {
                        Assert.InRange(point.Cny, PriceCheck.MinCny, PriceCheck.MaxCny);
                        Assert.InRange(point.Usd ?? 1, PriceCheck.MinUsd, PriceCheck.MaxUsd);
                        Assert.InRange(point.Time.Year, 2014, 2099);
                    }
                );
                var rates = PriceCsv.ReadRates(bytes, "x.csv", out problem);
                AssertIsReadOrRefused(rates is not null, problem);
                Assert.All(rates ?? [], rate => Assert.True(double.IsFinite(rate.Close) && rate.Close > 0));
            }
        );

    private static void AssertIsReadOrRefused(bool isRead, string? problem)
    {
        if (isRead)
        {
            Assert.Null(problem);
            return;
        }

        Assert.StartsWith("The file x.csv ", problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem!);
        Assert.InRange(problem!.Length, 1, 400);
    }

    private static IReadOnlyList<PricePoint>? Read(string text)
    {
        var points = PriceCsv.Read(Encoding.UTF8.GetBytes(text), "x.csv", out var problem);
        Assert.Null(problem);
        return points;
    }

    private static string Refusal(string text) => Refusal(Encoding.UTF8.GetBytes(text));

    private static string Refusal(byte[] bytes)
    {
        Assert.Null(PriceCsv.Read(bytes, "x.csv", out var problem));
        return problem!;
    }
}
