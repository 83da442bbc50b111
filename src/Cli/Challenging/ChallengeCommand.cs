using System.CommandLine;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Local;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Challenging;

/// <summary><c>bittbridge challenge</c>: sends challenges as a validator does.</summary>
internal static class ChallengeCommand
{
    private static readonly Option<Uri?> Url = MinerUrl.Option("Where the miner listens (http://127.0.0.1:8091)");
    private static readonly Option<string> Format = new("--format")
    {
        Description = "How the request is signed: v10 or btauth",
        DefaultValueFactory = _ => "v10",
    };
    private static readonly SigningOptions Key = new("the default");
    private static readonly Option<Ss58Address?> Miner = new ValueOption<Ss58Address?>(
        "--miner",
        "The miner's ss58 address (Bittbridge__Hotkey of the environment, else the development key //Bob)",
        $"the miner's ss58 address, such as {DevelopmentKey.Derive("//Bob").Address}",
        (string text, out Ss58Address? address) =>
        {
            address = Ss58Address.TryParse(text, out var read) ? read : null;
            return address is not null;
        }
    );
    private static readonly Option<int> Count = ValueOptions.WholeNumber("--count", "How many challenges", 1, 1_000_000, 1);
    private static readonly Option<bool> Json = new("--json") { Description = "One line of JSON per answer" };

    private static readonly string HotkeySetting = $"{SettingNames.Section}:{SettingNames.Hotkey}";

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "challenge",
            "Sends challenges to a miner as a validator does, and shows the answers. Exit status 0 only when every answer has a forecast."
        )
        {
            Url,
            Format,
            Miner,
            Count,
            Json,
        };
        Format.AcceptOnlyFromAmong("v10", "btauth");
        Key.AddTo(command);
        command.Demand(result =>
            result.GetResult(Miner) is null && environment[HotkeySetting] is { Length: > 0 } text && !Ss58Address.TryParse(text, out _)
                ? $"The setting {HotkeySetting} is {Shown.Value(text)}, not an ss58 address: correct it, or give "
                    + "the miner's address with --miner."
                : null
        );
        command.SetAction((parsed, ct) => RunAsync(parsed, environment, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IConfiguration environment, CancellationToken ct)
    {
        using var caller = Key.Read(parsed);
        using var validator = new Validator(
            parsed.GetValue(Url) ?? LocalMiner.UrlOf(environment) ?? new("http://127.0.0.1:8091"),
            caller,
            parsed.GetValue(Miner) ?? MinerAddress(environment[HotkeySetting]),
            parsed.GetValue(Format) == "btauth" ? WireFormat.BtAuth1 : WireFormat.V10,
            TimeProvider.System
        );
        var report = new ChallengeReport(parsed.GetValue(Json));
        var all = true;
        for (var i = 0; i < parsed.GetValue(Count); i++)
        {
            var outcome = await validator.AskAsync(ct);
            report.Show(outcome);
            all &= outcome.Prediction is not null;
        }

        return all ? 0 : 1;
    }

    private static Ss58Address MinerAddress(string? setting) =>
        Ss58Address.TryParse(setting, out var address) ? address : DevelopmentKey.Derive("//Bob").Address;
}
