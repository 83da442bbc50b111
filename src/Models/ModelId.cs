using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Bittbridge.Models;

/// <summary>
/// A model's name and version, stored with every forecast. Both match <c>[a-z0-9][a-z0-9._-]{0,62}</c>, so that they can be part of a table
/// key or a blob path.
/// </summary>
public sealed partial record ModelId
{
    /// <exception cref="ArgumentException">A part does not match the pattern.</exception>
    public ModelId(string name, string version)
    {
        Name = Checked(name, nameof(name));
        Version = Checked(version, nameof(version));
    }

    public string Name { get; }

    public string Version { get; }

    /// <summary>Whether a text can be a name or a version.</summary>
    public static bool IsPart(string? text) => text is not null && PartPattern().IsMatch(text);

    /// <summary>Parses <c>name@version</c>, as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ModelId? id)
    {
        var parts = (text ?? "").Split('@');
        id = parts.Length == 2 && IsPart(parts[0]) && IsPart(parts[1]) ? new(parts[0], parts[1]) : null;
        return id is not null;
    }

    public override string ToString() => $"{Name}@{Version}";

    private static string Checked(string text, string parameter) =>
        IsPart(text)
            ? text
            : throw new ArgumentException(
                $"'{text}' can't be part of a model's id: use 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first.",
                parameter
            );

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartPattern();
}
