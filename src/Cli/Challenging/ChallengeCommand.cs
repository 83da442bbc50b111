using System.CommandLine;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Challenging;

/// <summary><c>bittbridge challenge</c>: plays a validator.</summary>
internal static class ChallengeCommand
{
    private static readonly Option<string> Url = new("--url")
    {
        Description = "Where the miner listens",
        DefaultValueFactory = _ => "http://127.0.0.1:8091",
    };
    private static readonly Option<string> Format = new("--format")
    {
        Description = "How the request is signed: v10 or btauth",
        DefaultValueFactory = _ => "v10",
    };
    private static readonly Option<string?> Dev = new("--dev")
    {
        Description = "A development key to sign with, such as //Alice (the default)",
    };
    private static readonly Option<FileInfo?> KeyFile = new("--hotkey-file")
    {
        Description = "A hotkey file to sign with, as btcli writes it",
    };
    private static readonly Option<string?> Miner = new("--miner")
    {
        Description = "The miner's ss58 address (Bittbridge__Hotkey of the environment, else the development key //Bob)",
    };
    private static readonly Option<int> Count = new("--count") { Description = "How many challenges", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = new("--json") { Description = "One line of JSON an answer" };

    private static readonly string HotkeySetting = $"{SettingNames.Section}:{SettingNames.Hotkey}";

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "challenge",
            "Sends a miner the challenge a validator would, and shows the answer. Exit status 0 only when every answer holds a forecast."
        )
        {
            Url,
            Format,
            Dev,
            KeyFile,
            Miner,
            Count,
            Json,
        };
        Format.AcceptOnlyFromAmong("v10", "btauth");
        command.Demand(result =>
            result.GetResult(Dev) is not null && result.GetResult(KeyFile) is not null
                ? "Sign with --dev or with --hotkey-file, not with both."
                : null
        );
        command.SetAction((parsed, ct) => RunAsync(parsed, environment, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IConfiguration environment, CancellationToken ct)
    {
        var count = parsed.GetValue(Count);
        if (count < 1)
        {
            throw new UsageException("--count takes a number of challenges from 1 up.");
        }

        using var caller = Caller(parsed.GetValue(Dev), parsed.GetValue(KeyFile));
        using var validator = new Validator(
            MinerUrl.Read(parsed.GetValue(Url)!),
            caller,
            MinerAddress(parsed.GetValue(Miner) ?? environment[HotkeySetting]),
            parsed.GetValue(Format)!,
            TimeProvider.System
        );
        var report = new ChallengeReport(parsed.GetValue(Json));
        var all = true;
        for (var i = 0; i < count; i++)
        {
            var outcome = await validator.AskAsync(ct);
            report.Show(outcome);
            all &= outcome.Prediction is not null;
        }

        return all ? 0 : 1;
    }

    private static HotkeyPair Caller(string? dev, FileInfo? file)
    {
        if (file is not null)
        {
            return !file.Exists ? throw new UsageException($"The hotkey file {Shown.Path(file.FullName)} is not there: name one that is.")
                : HotkeyFile.TryRead(file.FullName, out var pair, out var problem) ? pair
                : throw new UsageException(problem);
        }

        return DevelopmentKey.TryDerive(dev ?? "//Alice", out var development)
            ? development
            : throw new UsageException($"{Shown.Value(dev)} is no development key: name one such as //Alice.");
    }

    private static Ss58Address MinerAddress(string? text) =>
        string.IsNullOrWhiteSpace(text) ? DevelopmentKey.Derive("//Bob").Address
        : Ss58Address.TryParse(text, out var address) ? address
        : throw new UsageException(
            $"{Shown.Value(text)} is no ss58 address: give the miner's hotkey address, such as {DevelopmentKey.Derive("//Bob").Address}."
        );
}
