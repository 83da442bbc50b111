using System.CommandLine;
using System.CommandLine.Parsing;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>The options that name a key to sign with: a development key or a hotkey file.</summary>
internal sealed class SigningOptions
{
    private readonly Option<string?> _dev;
    private readonly Option<FileInfo?> _file = new("--hotkey-file") { Description = "A hotkey file to sign with, as btcli writes it" };

    /// <param name="byDefault">When the development key //Alice signs, for the help.</param>
    public SigningOptions(string byDefault) =>
        _dev = new ValueOption<string?>(
            "--dev",
            $"A development key to sign with, such as //Alice ({byDefault})",
            "a development key such as //Alice",
            (string text, out string? path) =>
            {
                path = text;
                var isKey = DevelopmentKey.TryDerive(text, out var pair);
                pair?.Dispose();
                return isKey;
            }
        );

    /// <summary>Adds the options, and the rules on them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_dev);
        command.Add(_file);
        command.Demand(result =>
            result.GetResult(_dev) is not null && result.GetResult(_file) is not null
                ? "Sign with --dev or with --hotkey-file, not with both."
                : null
        );
        command.Demand(result => result.GetValue(_file) is { } file ? Objection(file) : null);
    }

    public bool IsGiven(CommandResult result) => result.GetResult(_dev) is not null || result.GetResult(_file) is not null;

    /// <exception cref="UsageException">The file can't be read.</exception>
    public HotkeyPair Read(ParseResult parsed) =>
        parsed.GetValue(_file) is not { } file ? DevelopmentKey.Derive(parsed.GetValue(_dev) ?? "//Alice")
        : HotkeyFile.TryRead(file.FullName, out var pair, out var problem) ? pair
        : throw new UsageException(problem);

    private static string? Objection(FileInfo file)
    {
        if (!file.Exists)
        {
            return $"The hotkey file {Shown.Path(file.FullName)} does not exist: name an existing file.";
        }

        var isRead = HotkeyFile.TryRead(file.FullName, out var pair, out var problem);
        pair?.Dispose();
        return isRead ? null : problem;
    }
}
