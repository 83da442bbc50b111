using System.Text;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Tests.CommandLines;

/// <summary>Whatever is typed is read, or refused in sentences; no command runs.</summary>
[Collection(CommandRun.Console)]
public sealed class CommandLineFuzzTests
{
    /// <summary>No system passes it within an argument.</summary>
    private const char Separator = '\0';

    private const string Bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    private static readonly string[] Lines =
    [
        $"init --target selfhost --supervisor systemd --hotkey {Bob} --netuid 420 --network test --ip 203.0.113.7 --out x --force",
        "init --wallet-name w --wallet-hotkey h --wallet-path /no/such/wallets --storage minerstate",
        $"challenge --url http://127.0.0.1:8091 --format btauth --dev //Alice --miner {Bob} --count 3 --json",
        "challenge --hotkey-file /no/such/file",
        "keys address d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d --public-key --format 42 --json",
        $"axon --ip 203.0.113.7 --port 8091 --hotkey {Bob} --netuid 420 --network ws://127.0.0.1:9944,https://a.example/key --json",
        "doctor --settings local.settings.json --url http://127.0.0.1:8091 --notify --json",
        "backtest --prices x.csv --rates y.csv --from 2025-10-20T17:45Z --to 90% --model offshore-opening.arima --aim rank --json",
        "backtest --prices x.csv --level 0.9 --calibration c.json --learning off --intervals own --out x.csv --plot x.svg --theme dark",
        "tournament --prices x.csv --models last-price,filtered-smoothers:reward,http://127.0.0.1:9000/:rank --from 70%",
        "calibrate --prices x.csv --out c.json --model @x",
        "fit --prices x.csv --out linear.json --lags 12 --search --version 1",
        "dataset export --prices x.csv --steps 12 --test 0.2 --out folder",
        "prices import x.csv y.csv --out z.csv --stamp start --time-column Date --skip-refused",
        "prices export --out z.csv --from 2026-11-01 --storage UseDevelopmentStorage=true --table-prefix p",
        "prices sample --days 21 --seed 7 --out=z.csv",
        "prices fetch --days 30 --out:z.csv",
        "models push ~/models/mine mine@1 --local",
        "models verify http://127.0.0.1:9000/#mine@2",
        "models shadow mine@1 --remove",
        "report --from 2026-11-01 --to 2026-11-26 --model mine@1 --url http://127.0.0.1:8091 --csv",
        "--help",
        "[suggest:3] back",
        "-- -x",
    ];

    [Fact]
    public void Any_command_line_is_read_or_refused_in_sentences()
    {
        var root = CliApp.Root(new ConfigurationBuilder().Build(), []);
        ParserFuzzing.RunCostly(
            [.. Lines.Select(line => Encoding.UTF8.GetBytes(line.Replace(' ', Separator)))],
            cost: 4,
            bytes =>
            {
                var args = HomePath.Expand(Encoding.UTF8.GetString(bytes).Split(Separator), "--message");
                var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
                var problems = CommandLineProblems.Of(parsed);

                // What can't be read is never run.
                Assert.True(problems.Count > 0 || parsed.Errors.Count == 0);
                Assert.All(
                    problems,
                    problem =>
                    {
                        Assert.InRange(problem.Length, 10, 10_000);
                        Assert.True(problem[^1] is '.' or '?', problem);
                        Assert.DoesNotContain("System.", problem, StringComparison.Ordinal);
                    }
                );
                Assert.StartsWith("See 'bittbridge ", CommandLineProblems.Help(parsed, "bittbridge"), StringComparison.Ordinal);
            }
        );
    }
}
