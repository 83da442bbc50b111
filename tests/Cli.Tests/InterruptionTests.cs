using System.Diagnostics;
using System.Globalization;

namespace Bittbridge.Cli.Tests;

/// <summary>Ctrl+C, in this process and as a real signal to a real one.</summary>
[Collection(CommandRun.Console)]
public sealed class InterruptionTests : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("backtest")]
    [InlineData("tournament")]
    [InlineData("calibrate")]
    [InlineData("fit")]
    public async Task A_command_that_is_stopped_says_so_and_leaves_no_file(string command)
    {
        var (prices, file) = (_folder.Write("prices.csv", Lines(1500)), _folder.At("out.svg"));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var run = await CommandRun.StoppedAsync(
            stop.Token,
            command,
            "--prices",
            prices,
            command is "backtest" or "tournament" ? "--plot" : "--out",
            file
        );

        Assert.Equal((130, ""), (run.Status, run.Output));
        Assert.EndsWith("Stopped." + Environment.NewLine, run.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("INT", 130, "backtest", "--plot")]
    [InlineData("INT", 130, "tournament", "--plot")]
    [InlineData("INT", 130, "calibrate", "--out")]
    [InlineData("INT", 130, "fit", "--out")]
    [InlineData("TERM", 143, "backtest", "--plot")]
    public async Task A_signal_ends_a_process_that_is_busy(string signal, int status, string command, string option)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals on Windows.");
        Assert.SkipWhen(
            signal == "INT" && await IsInterruptIgnoredAsync(),
            "This run ignores SIGINT, as after nohup or in the background of a script, and so does what it starts: run the tests in the "
                + "foreground, without nohup."
        );
        var ct = TestContext.Current.CancellationToken;
        var (pipe, file) = (_folder.At("prices.csv"), _folder.At("out.svg"));
        await RunAsync("mkfifo", pipe);

        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "bittbridge.dll"), command, "--prices", pipe, option, file]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        try
        {
            // The pipe opens when the command reads its prices: by then it listens for signals.
            await using var writer = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), ct)
                .WaitAsync(MaxWait, ct);
            await writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Lines(100)) + "\n"), ct);
            await writer.FlushAsync(ct);
            await RunAsync("kill", $"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture));
            var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct).WaitAsync(MaxWait, ct);

            Assert.Equal((status, "", "Stopped.\n"), (process.ExitCode, await output, await error));
            Assert.False(File.Exists(file));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<bool> IsInterruptIgnoredAsync()
    {
        const string Status = "/proc/self/status";
        return File.Exists(Status)
            && (await File.ReadAllLinesAsync(Status)).Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var ignored
            && (ulong.Parse(ignored["SigIgn:".Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & 2) != 0;
    }

    private static async Task RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(MaxWait, TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private static IEnumerable<string> Lines(int count) =>
        Enumerable
            .Range(0, count)
            .Select(i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{new DateTime(2025, 10, 5).AddMinutes(5 * i):yyyy-MM-ddTHH:mm:ss}Z,{7.1 + i * 7919 % 13 * 0.0003}"
                )
            )
            .Prepend("timestamp_utc,close");
}
