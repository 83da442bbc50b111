using System.Text;
using Bittbridge.Miner.Files;

namespace Bittbridge.Miner.Tests.Files;

public sealed class UserFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("files").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_marked_utf_16_file_is_read()
    {
        File.WriteAllText(At("a.json"), "{}", Encoding.Unicode);

        Assert.True(UserFile.TryReadText(At("a.json"), 100, out var text, out _));
        Assert.Equal("{}", text);
    }

    [Fact]
    public void A_missing_file_is_reported_once() =>
        Assert.Equal($"The file {At("a.json")} does not exist: name an existing file.", Problem("a.json"));

    [Fact]
    public void A_folder_is_not_accepted_as_a_file()
    {
        Directory.CreateDirectory(At("a.json"));
        Assert.Equal($"The file {At("a.json")} is a folder: name a file.", Problem("a.json"));
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read()
    {
        File.WriteAllBytes(At("a.json"), new byte[101]);
        Assert.StartsWith($"The file {At("a.json")} is larger than", Problem("a.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_an_end_is_not_read_to_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such device.");
        Assert.False(UserFile.TryReadBytes("/dev/zero", 1000, out _, out var problem));
        Assert.Contains("larger than", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Latin_1_names_file_and_line()
    {
        File.WriteAllBytes(At("a.json"), [(byte)'\n', (byte)'\n', 0xE9]);
        Assert.Equal($"The file {At("a.json")} is not UTF-8 in line 3: save it as UTF-8.", Problem("a.json"));
    }

    [Fact]
    public void A_secret_in_place_of_a_path_is_not_repeated()
    {
        const string Phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
        var problem = Problem(Phrase);
        Assert.Contains("12 words", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("bottom", problem, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Problem(string name)
    {
        Assert.False(UserFile.TryReadText(At(name), 100, out _, out var problem));
        return problem.ToString();
    }
}
