using System.Globalization;
using Bittbridge.Miner.Housekeeping;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace Bittbridge.Miner.Configuration;

/// <summary>Reads the raw values of settings and collects their problems; an empty value counts as missing.</summary>
internal sealed class SettingValues(IConfiguration configuration)
{
    private const string VaultRole =
        "give the app's identity the role Key Vault Secrets User, and the app that identity as its keyVaultReferenceIdentity";

    private readonly List<SettingProblem> _problems = [];

    /// <summary>Errors in the order in which they were found, then warnings.</summary>
    public IReadOnlyList<SettingProblem> Problems =>
        [.. _problems.Where(problem => !problem.IsWarning), .. _problems.Where(problem => problem.IsWarning)];

    public void Add(SettingProblem problem) => _problems.Add(problem);

    public bool IsUnresolvedSecret(string name) =>
        _problems.Exists(problem => problem.IsUnresolvedSecret && problem.Name == SettingNames.Full(name));

    /// <summary>Adds a problem under its setting's name in <see cref="SettingNames"/>; the value is null or may be shown.</summary>
    public void Add(string name, string? shown, string remedy, string? detail = null, bool isWarning = false) =>
        Add(new(SettingNames.Full(name), shown, remedy) { Detail = detail, IsWarning = isWarning });

    /// <summary>Adds a problem with a value, under its setting's name in <see cref="SettingNames"/>.</summary>
    public void Refuse(string name, string text, string remedy, string? detail = null) =>
        Add(new(SettingNames.Full(name), Shown.Value(text), remedy) { Detail = detail });

    /// <summary>The value; null when it is missing or empty.</summary>
    public string? Text(string name)
    {
        if (Raw(name) is not { } text)
        {
            return null;
        }

        if (IsUnresolved(text))
        {
            Add(name, "a Key Vault reference that was not resolved", VaultRole);
            return null;
        }

        if (text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0])
        {
            Add(
                name,
                $"{(name is SettingNames.Storage ? "a text" : Shown.Value(text))} with quotes around it",
                "remove them: cmd.exe's set and env files keep them as a part of the value"
            );
            return null;
        }

        if (text.Any(char.IsControl))
        {
            Add(name, "a text with a control character", "type it again: it was probably cut from a file or a terminal");
            return null;
        }

        return text;
    }

    /// <summary>A path, with a leading <c>~</c> expanded.</summary>
    public string? Path(string name) => Text(name) is { } text ? HomePath.Expand(text) : null;

    /// <summary>An optional secret; no message contains it.</summary>
    public string? OptionalSecret(string name)
    {
        if (Raw(name) is not { } text)
        {
            return null;
        }

        if (IsUnresolved(text))
        {
            Add(
                new(
                    SettingNames.Full(name),
                    "a Key Vault reference that was not resolved",
                    $"{VaultRole}, then refresh the references (docs/operations.md); until then the miner runs without it"
                )
                {
                    IsWarning = true,
                    IsUnresolvedSecret = true,
                }
            );
            return null;
        }

        if (text.All(c => c is > ' ' and < '\x7f' and not '"' and not '\''))
        {
            return text;
        }

        Add(
            name,
            "a text (not shown) with characters that a key can't contain",
            "copy the key again, without spaces, quotes or line breaks"
        );
        return null;
    }

    public double Number(string name, double byDefault, double least, double most, bool whole = false)
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        var style = whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, text, $"set it to a {(whole ? "whole number" : "number")} from {least} to {most}");
        return byDefault;
    }

    /// <summary>One of the names of an enumeration, in any case.</summary>
    public T Choice<T>(string name, T byDefault)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        var known = Enum.GetNames<T>().Select(choice => choice.ToLowerInvariant()).ToList();
        if (known.Contains(text.ToLowerInvariant(), StringComparer.Ordinal))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        Refuse(name, text, $"set it to {string.Join(", ", known.SkipLast(1))} or {known[^1]}");
        return byDefault;
    }

    /// <summary>One of two words; the first is the default.</summary>
    public bool Either(string name, string byDefault, string other)
    {
        var text = Text(name) ?? byDefault;
        if (text != byDefault && text != other)
        {
            Refuse(name, text, $"set it to {byDefault} or {other}");
        }

        return text != other;
    }

    /// <summary>A six-field NCRONTAB expression of a time that occurs.</summary>
    public string Schedule(string name, string byDefault)
    {
        var text = Text(name) ?? byDefault;
        if (IsSchedule(text))
        {
            return text;
        }

        Refuse(
            name,
            text,
            $"set it to a six-field NCRONTAB expression (second minute hour day month weekday) of a time that occurs, such as {byDefault}"
        );
        return byDefault;
    }

    private static bool IsSchedule(string text)
    {
        try
        {
            return CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is { } schedule
                && ScheduledWork.Occurs(schedule);
        }
        // The parser throws for a number beyond an int.
        catch (OverflowException)
        {
            return false;
        }
    }

    private static bool IsUnresolved(string text) => text.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase);

    private string? Raw(string name) =>
        configuration[SettingNames.Full(name)] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
