using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

[Collection(StartCollection.Name)]
public sealed partial class StartTests(StartCommand start)
{
    [Fact]
    public async Task With_CoinGecko_out_of_reach_it_answers_once_from_simulated_prices_and_leaves_nothing_behind()
    {
        var port = FreePort();

        var run = await start.RunAsync(["--once", "--port", port]);

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Contains(run.Lines, line => line.Contains("Prices: SIMULATED", StringComparison.Ordinal));
        var answer = Answer().Match(StartCommand.Text(run.Lines));
        Assert.True(answer.Success, StartCommand.Text(run.Lines));
        var (price, lower, upper) = (Number(answer, "price"), Number(answer, "lower"), Number(answer, "upper"));
        Assert.True(lower < price && price < upper, answer.Value);
        Assert.Equal("SIMULATED prices, not real ones", answer.Groups["source"].Value);
        Assert.Contains(run.Lines, line => Took().IsMatch(line));
        Assert.Equal(3, AzuritePorts(run.Lines).Count);
        Assert.Every([int.Parse(port, CultureInfo.InvariantCulture), .. AzuritePorts(run.Lines)], AssertSilent);

        var second = await start.RunAsync(["--once", "--port", port]);

        Assert.True(second.Succeeded, StartCommand.Text(second.Lines));
        Assert.Contains(second.Lines, line => line.Contains("is built already", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Lines, line => line.Contains("npm ci", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_plays_a_recording_and_nothing_of_the_one_played_before()
    {
        var file = TestPrices.Path;

        var earlier = await start.RunAsync(["--once", "--port", FreePort(), "--prices", file]);
        var run = await start.RunAsync(["--once", "--port", FreePort(), "--prices", await RecordingAsync("later.csv", around: 8.5)]);

        Assert.True(earlier.Succeeded, StartCommand.Text(earlier.Lines));
        var last = double.Parse(File.ReadLines(file).Last().Split(',')[1], CultureInfo.InvariantCulture);
        Assert.InRange(Number(Answer().Match(StartCommand.Text(earlier.Lines)), "price"), last * 0.99, last * 1.01);
        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        var answer = Answer().Match(StartCommand.Text(run.Lines));
        Assert.Equal("recorded prices, played as if they ended now", answer.Groups["source"].Value);
        Assert.InRange(Number(answer, "price"), 8.49, 8.51);
    }

    [Fact]
    public async Task A_missing_recording_is_reported_in_one_sentence()
    {
        var run = await start.RunAsync(["--once", "--prices", "not-there.csv"]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("The recording not-there.csv was not found", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_port_is_reported_in_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = await start.RunAsync(["--once", "--port", port]);

        Assert.Equal(1, run.ExitCode);
        var sentence = Assert.Single(run.Lines);
        Assert.StartsWith($"Port {port} is in use by another program", sentence, StringComparison.Ordinal);
        Assert.Contains("--port", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_no_version_knows_is_shown_as_a_warning()
    {
        var run = await start.RunAsync(
            ["--once", "--port", FreePort()],
            new Dictionary<string, string?> { ["Bittbridge__Acces"] = "open" }
        );

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Contains(
            run.Lines,
            line =>
                line.StartsWith("! ", StringComparison.Ordinal)
                && line.Contains("Bittbridge:Acces ", StringComparison.Ordinal)
                && line.Contains("did you mean Bittbridge:Access?", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_refused_CoinGecko_key_is_not_reported_as_an_unreachable_CoinGecko()
    {
        await using var refusing = new StandInServer(401, "");

        var run = await start.RunAsync(
            ["--once", "--port", FreePort()],
            new Dictionary<string, string?>
            {
                ["Bittbridge__CoinGecko__BaseAddress"] = refusing.Url,
                ["Bittbridge__CoinGecko__ApiKey"] = "CG-test",
            }
        );

        Assert.Contains(
            run.Lines,
            line =>
                line.Contains(
                    "Prices: SIMULATED, not real, because CoinGecko answered 401: it does not accept the key in "
                        + "Bittbridge__CoinGecko__ApiKey",
                    StringComparison.Ordinal
                )
        );
        Assert.DoesNotContain(
            run.Lines,
            line => line.Contains("reached", StringComparison.Ordinal) || line.Contains("CG-test", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--port=ninety")]
    [InlineData("--port=99999")]
    [InlineData("--port")]
    [InlineData("--once=yes")]
    [InlineData("surplus")]
    public async Task An_option_that_is_not_known_is_one_sentence_and_exit_status_2(string option)
    {
        var run = await start.RunAsync([option]);

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith("--help.", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_folder_that_cannot_be_written_is_one_sentence()
    {
        var file = Path.Combine(start.LocalFolder, "a-file");
        await File.WriteAllTextAsync(file, "no folder", TestContext.Current.CancellationToken);

        var run = await start.RunAsync(
            ["--once", "--port", FreePort()],
            new Dictionary<string, string?> { [Tools.Checkout.LocalFolderVariable] = file }
        );

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"The folder {file} cannot be written", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_setting_is_reported_in_the_miners_own_sentence()
    {
        var run = await start.RunAsync(
            ["--once", "--port", FreePort()],
            new Dictionary<string, string?> { ["Bittbridge__Level"] = "much" }
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            run.Lines,
            line => line.Contains("Level", StringComparison.Ordinal) && line.Contains("much", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task SIGTERM_stops_everything_that_it_started()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM; Ctrl+C was not tested there.");
        var port = int.Parse(FreePort(), CultureInfo.InvariantCulture);
        await using var run = await start.StartAsync(["--port", port.ToString(CultureInfo.InvariantCulture)]);
        var ports = AzuritePorts(run.LastLines);
        var children = ProcessTree.DescendantsOf(run.Id);
        Assert.Every([port, .. ports], listening => Assert.True(Ports.IsBusy(listening)));
        Assert.True(children.Count >= 3, "The command, Azurite and the miner were expected to run.");

        StartCommand.Terminate(run);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var exitCode = await run.WaitForExitAsync(patience.Token);

        Assert.Equal(0, exitCode);
        Assert.Every([port, .. ports], AssertSilent);
        Assert.Every(children, child => Assert.True(child.HasExited, $"{child.Id} is still running."));
    }

    [Fact]
    public async Task A_start_that_is_killed_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The processes of a start are found on Unix only.");
        var port = int.Parse(FreePort(), CultureInfo.InvariantCulture);
        await using var run = await start.StartAsync(["--port", $"{port}"]);
        var children = ProcessTree.DescendantsOf(run.Id);
        Assert.True(Ports.IsBusy(port));

        // The one child of dotnet run is the command itself.
        children[0].Kill();

        await Eventually.TrueAsync(
            () => !Ports.IsBusy(port) && children.All(child => child.HasExited),
            () => string.Join(", ", children.Where(child => !child.HasExited).Select(child => child.Id))
        );
    }

    [Fact]
    public async Task While_it_runs_a_file_without_a_secret_tells_the_tool_where_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to end the run with.");
        var port = FreePort();
        await using var run = await start.StartAsync(
            ["--port", port],
            environment: new Dictionary<string, string?>
            {
                ["Bittbridge__CoinGecko__ApiKey"] = "CG-secret",
                ["Bittbridge__CoinGeko__ApiKey"] = "CG-secret",
                ["Bittbridge__Network"] = "http://127.0.0.1:1,http://127.0.0.1:2/",
                ["Bittbridge__TwelveData__BaseAddress"] = "https://prices.example/v1/secret",
                // The miner's configuration reads every spelling.
                ["BITTBRIDGE__NETUID"] = "421",
                ["BITTBRIDGE__ACCESS"] = "open",
            }
        );
        var path = Path.Combine(start.LocalFolder, "environment.json");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var file = JsonDocument.Parse(text).RootElement;
        var values = file.GetProperty("Values");
        Assert.Equal($"http://127.0.0.1:{port}/", file.GetProperty("Url").GetString());
        Assert.Equal("421", values.GetProperty("Bittbridge__Netuid").GetString());
        Assert.Equal("open", values.GetProperty("Bittbridge__Access").GetString());
        Assert.Equal("http://127.0.0.1:1,http://127.0.0.1:2/", values.GetProperty("Bittbridge__Network").GetString());
        Assert.Equal("Development", values.GetProperty("DOTNET_ENVIRONMENT").GetString());
        using var process = Process.GetProcessById(file.GetProperty("ProcessId").GetInt32());
        Assert.Equal(
            process.StartTime.ToUniversalTime(),
            file.GetProperty("StartedAt").GetDateTime().ToUniversalTime(),
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal(
            ["Bittbridge__CoinGecko__ApiKey", "Bittbridge__TwelveData__BaseAddress"],
            file.GetProperty("Withheld").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal("Development", values.GetProperty("AZURE_FUNCTIONS_ENVIRONMENT").GetString());
        Assert.Contains(
            $"http://127.0.0.1:{AzuritePorts(run.LastLines)[2]}/",
            values.GetProperty("Bittbridge__Storage").GetString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains(run.LastLines, line => line.Contains("doctor --local", StringComparison.Ordinal));

        StartCommand.Terminate(run);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await run.WaitForExitAsync(patience.Token);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Two_runs_at_once_keep_their_data_apart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to end the first run with.");
        await using var first = await start.StartAsync(["--port", FreePort()]);

        var second = await start.RunAsync(["--once", "--port", FreePort()]);

        Assert.True(second.Succeeded, StartCommand.Text(second.Lines));
        Assert.Contains(second.Lines, line => line.Contains(Path.Combine(start.LocalFolder, "azurite-2"), StringComparison.Ordinal));
        StartCommand.Terminate(first);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> RecordingAsync(string name, double around)
    {
        var file = Path.Combine(start.LocalFolder, name);
        var lines = Enumerable
            .Range(0, 600)
            .Select(i =>
                (Time: new DateTime(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc).AddMinutes(5 * i), Price: around + (0.001 * Math.Sin(i)))
            )
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Time:yyyy-MM-dd'T'HH:mm:ss'Z'},{one.Price:0.000000}"));
        await File.WriteAllLinesAsync(file, ["timestamp_utc,close", .. lines], TestContext.Current.CancellationToken);
        return file;
    }

    private static string FreePort() => Ports.Free().ToString(CultureInfo.InvariantCulture);

    private static void AssertSilent(int port) => Assert.False(Ports.IsBusy(port), $"A program still listens on port {port}.");

    private static IReadOnlyList<int> AzuritePorts(IEnumerable<string> lines)
    {
        var ports = AzuriteLine().Match(StartCommand.Text(lines));
        return [.. ports.Groups["port"].Captures.Select(port => int.Parse(port.Value, CultureInfo.InvariantCulture))];
    }

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"1 USDT will be about (?<price>[\d.]+) CNY at \d\d:\d\d UTC; with 90 % between (?<lower>[\d.]+) and (?<upper>[\d.]+); source: (?<source>[^\r\n]+)"
    )]
    private static partial Regex Answer();

    [GeneratedRegex(@"Took +[\d.]+ ms the first time, [\d.]+ ms the second")]
    private static partial Regex Took();

    [GeneratedRegex(@"Azurite listens on ports ((?<port>\d+) \(\w+\)(, | and )?)+", RegexOptions.ExplicitCapture)]
    private static partial Regex AzuriteLine();
}
