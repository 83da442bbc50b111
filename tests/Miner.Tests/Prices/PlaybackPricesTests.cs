using System.Globalization;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class PlaybackPricesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recordings");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_recording_is_read_whole()
    {
        var path = TestPrices.Path;
        var history = PlaybackPrices.Read(path);

        var lines = File.ReadAllLines(path);
        Assert.Equal(lines.Length - 1, history.Count);
        Assert.Equal(
            lines[1],
            string.Create(CultureInfo.InvariantCulture, $"{history[0].Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{history[0].Cny:R}")
        );
    }

    [Fact]
    public void Empty_lines_and_any_order_are_fine()
    {
        var history = PlaybackPrices.Read(Write("timestamp_utc,close\n\n2025-10-13T15:20:00Z,7.2\r\n2025-10-13T15:15:00Z,7.1\n\n"));
        Assert.Equal([7.1, 7.2], history.Prices.ToArray());
    }

    [Theory]
    [InlineData("2025-10-13T15:15:00Z,7.1\n", 1)]
    [InlineData("time,price\n2025-10-13T15:15:00Z,7.1\n", 1)]
    [InlineData("timestamp_utc,close\nyesterday,7.1\n", 2)]
    [InlineData("timestamp_utc,close\n2025-10-13T15:15:00Z,7.1\n2025-10-13T15:20:00Z,\n", 3)]
    [InlineData("timestamp_utc,close\n2025-10-13T15:15:00Z,7.1\n2025-10-13T15:20:00Z,NaN\n", 3)]
    [InlineData("timestamp_utc,close\n2025-10-13T15:15:00Z,-7.1\n", 2)]
    [InlineData("timestamp_utc,close\n2025-10-13T15:15:00Z,7,1\n", 2)]
    [InlineData("timestamp_utc,close\n2025-10-13T15:15:00Z\n", 2)]
    public void A_wrong_line_is_named_with_its_file_in_one_sentence(string content, int line)
    {
        var path = Write(content);
        var message = Refused(path);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains($"in line {line}:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_wrong_line_is_not_repeated_whole() =>
        Assert.InRange(Refused(Write("timestamp_utc,close\n" + new string('x', 5_000))).Length, 1, 500);

    [Theory]
    [InlineData("")]
    [InlineData("timestamp_utc,close\n")]
    public void A_recording_without_a_price_is_refused(string content) =>
        Assert.Contains("contains no price", Refused(Write(content)), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named_with_the_setting()
    {
        var path = Path.Combine(_folder.FullName, "missing.csv");
        var message = Refused(path);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("Bittbridge:Prices:Source", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_accepted_as_a_recording() =>
        Assert.Contains(_folder.FullName, Refused(_folder.FullName), StringComparison.Ordinal);

    private static string Refused(string path)
    {
        var message = Assert.Throws<SettingsException>(() => PlaybackPrices.Read(path)).Message;
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private string Write(string content)
    {
        var path = Path.Combine(_folder.FullName, "recording.csv");
        File.WriteAllText(path, content);
        return path;
    }
}
