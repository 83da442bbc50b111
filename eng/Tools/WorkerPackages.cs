using System.Text.RegularExpressions;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools;

/// <summary>The packages of the Azure Functions worker, which not every package feed serves.</summary>
public static partial class WorkerPackages
{
    private const string Family = "Microsoft.Azure.Functions.";

    /// <summary>Those that a restore did not find; null where it failed for any other reason too.</summary>
    public static IReadOnlyList<string>? AllThatIsMissing(CommandResult restore)
    {
        var missing = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in restore.Lines)
        {
            if (ErrorLine().Match(line) is not { Success: true } error)
            {
                continue;
            }

            var message = error.Groups["message"].Value;
            if (MissingPackage().Match(message) is { Success: true } package && package.Groups["name"].Value.StartsWith(Family, StringComparison.OrdinalIgnoreCase))
            {
                missing.Add(package.Groups["name"].Value);
            }
            else if (!message.TrimStart().StartsWith("- ", StringComparison.Ordinal))
            {
                return null;
            }
        }

        return missing.Count > 0 ? [.. missing] : null;
    }

    /// <summary>The result without the lines about them, which would hide why a restore really failed.</summary>
    public static CommandResult WithoutThem(CommandResult restore) => restore with { Lines = [.. restore.Lines.Where(line => !line.Contains(Family, StringComparison.OrdinalIgnoreCase))] };

    [GeneratedRegex(@"\berror (?<code>[A-Z]+\d*) ?:(?<message> .*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^ Unable to find (a stable )?package (?<name>[\w.]+\w)", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingPackage();
}
