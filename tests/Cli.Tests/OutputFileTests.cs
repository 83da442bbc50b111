using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests;

[Collection(CommandRun.Console)]
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        var file = new FileInfo(_folder.Write("out.txt", "before"));

        var refusal = Assert.Throws<RefusedException>(() =>
            OutputFile.Write(
                file,
                path =>
                {
                    File.WriteAllText(path, "half");
                    throw new IOException("No space left on device.");
                }
            )
        );

        Assert.Contains($"The file {file.FullName} can't be written (No space left on device)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("before\n", File.ReadAllText(file.FullName).ReplaceLineEndings("\n"));
        Assert.Single(file.Directory!.GetFiles());
    }

    [Fact]
    public void A_link_still_points_to_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        var (file, link) = (_folder.Write("out.txt", "before"), _folder.At("link.txt"));
        File.CreateSymbolicLink(link, file);

        OutputFile.Write(new(link), path => File.WriteAllText(path, "after"));

        Assert.Equal("after", File.ReadAllText(file));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_device_is_written_to_and_stays_one()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "There is no /dev/null.");

        OutputFile.Write(new("/dev/null"), path => File.WriteAllText(path, "gone"));

        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Theory]
    [InlineData("backtest", "--out")]
    [InlineData("backtest", "--plot")]
    [InlineData("tournament", "--plot")]
    [InlineData("calibrate", "--out")]
    [InlineData("fit", "--out")]
    public async Task An_output_path_that_is_invalid_is_reported_before_any_work(string command, string option)
    {
        Directory.CreateDirectory(_folder.At("folder.svg"));
        foreach (var path in (string[])[_folder.At("no/such/folder/out.svg"), _folder.At("folder.svg")])
        {
            var run = await CommandRun.OfAsync(command, "--prices", "no-such-file.csv", option, path);

            Assert.Equal(2, run.Status);
            Assert.StartsWith($"The file {path} can't be written", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_full_disk_is_reported_in_a_sentence()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");

        var run = await CommandRun.OfAsync("fit", "--prices", TestPrices.Path, "--to", "20%", "--out", "/dev/full");

        Assert.Equal(1, run.Status);
        Assert.StartsWith("The file /dev/full can't be written", run.Error, StringComparison.Ordinal);
    }
}
