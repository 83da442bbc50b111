using System.Globalization;
using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Datasets;

[Collection(CommandRun.Console)]
public sealed class DatasetCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_rows_hold_the_known_closes_and_the_price_an_hour_later()
    {
        var prices = _folder.Write("prices.csv", Made(200));

        var run = await CommandRun.OfAsync("dataset", "export", "--prices", prices, "--out", _folder.At("data"), "--steps", "3");

        Assert.Equal((0, ""), (run.Status, run.Error));
        var train = Read("train.csv");
        Assert.Equal("made_at_utc,close_2,close_1,close_0,target", train[0]);
        // Slot 2 is the first with three closes; its target is slot 14.
        Assert.Equal($"{Time(2)},{Price(0)},{Price(1)},{Price(2)},{Price(14)}", train[1]);
        var test = Read("test.csv");
        Assert.Equal(train[0], test[0]);
        Assert.Equal($"{Time(140)},{Price(138)},{Price(139)},{Price(140)},{Price(152)}", test[1]);
        Assert.Equal($"{Time(187)},{Price(185)},{Price(186)},{Price(187)},{Price(199)}", test[^1]);

        // The last row for training has its target, and the tolerance of its time, before the first row for testing.
        Assert.StartsWith($"{Time(127)},", train[^1], StringComparison.Ordinal);
        var description = JsonDocument.Parse(File.ReadAllText(_folder.At("data/dataset.json"))).RootElement;
        Assert.Equal(
            (train.Length - 1, test.Length - 1, 12, 14),
            (
                description.GetProperty("train").GetProperty("rows").GetInt32(),
                description.GetProperty("test").GetProperty("rows").GetInt32(),
                description.GetProperty("rowsPurged").GetInt32(),
                description.GetProperty("rowsOmitted").GetInt32()
            )
        );
        Assert.InRange(description.GetProperty("test").GetProperty("lastPriceError").GetDouble(), 1e-9, 0.1);
    }

    [Fact]
    public async Task No_row_for_training_depends_on_a_price_of_the_test_part_or_later()
    {
        var lines = File.ReadLines(TestPrices.Path).Take(1500).ToList();
        var whole = await TrainOfAsync(lines);
        var firstTest = Read("test.csv")[1].Split(',')[0];

        // Every price from the first test row on is another one.
        var changed = lines.Select(line =>
            string.CompareOrdinal(line.Split(',')[0], firstTest) >= 0 && line[0] == '2' ? line.Split(',')[0] + ",7.5" : line
        );

        Assert.Equal(whole, await TrainOfAsync(changed));
    }

    [Fact]
    public async Task A_long_gap_costs_rows_and_a_short_one_is_filled()
    {
        var lines = Made(200).ToList();
        // Slots 51 and 52 are missing, and 80 to 89.
        lines.RemoveRange(81, 10);
        lines.RemoveRange(52, 2);

        await CommandRun.OfAsync(
            "dataset",
            "export",
            "--prices",
            _folder.Write("gaps.csv", lines),
            "--out",
            _folder.At("data"),
            "--steps",
            "3"
        );

        var train = Read("train.csv");
        Assert.Contains($"{Time(53)},{Price(50)},{Price(50)},{Price(53)},{Price(65)}", train);
        Assert.DoesNotContain(train, row => row.StartsWith(Time(90), StringComparison.Ordinal));
        Assert.Contains(train, row => row.StartsWith($"{Time(92)},{Price(90)},", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_few_prices_are_refused_with_a_remedy()
    {
        var run = await CommandRun.OfAsync(
            "dataset",
            "export",
            "--prices",
            _folder.Write("few.csv", Made(20)),
            "--out",
            _folder.At("data")
        );

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("name a longer range, or change --steps or --test", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    private async Task<string[]> TrainOfAsync(IEnumerable<string> lines)
    {
        var run = await CommandRun.OfAsync("dataset", "export", "--prices", _folder.Write("some.csv", lines), "--out", _folder.At("data"));
        Assert.Equal((0, ""), (run.Status, run.Error));
        return Read("train.csv");
    }

    private string[] Read(string name) => File.ReadAllLines(_folder.At("data/" + name));

    private static IEnumerable<string> Made(int count) =>
        Enumerable.Range(0, count).Select(i => $"{Time(i)},{Price(i)}").Prepend("timestamp_utc,close");

    private static string Time(int slot) => $"{new DateTime(2025, 10, 20).AddMinutes(5 * slot):yyyy-MM-dd'T'HH:mm:ss'Z'}";

    private static string Price(int slot) => (7.1 + slot % 17 / 1000d).ToString("R", CultureInfo.InvariantCulture);
}
