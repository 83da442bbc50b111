using System.Diagnostics.CodeAnalysis;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The setting <c>Model</c>: <c>name</c>, <c>name@version</c> or, to ignore what was activated, <c>name@version!</c>.
/// </summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Null for the version that is built into this program.</param>
/// <param name="IsPinned">Whether to ignore the model that was activated in the table.</param>
internal sealed record ModelChoice(string Name, string? Version, bool IsPinned)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out ModelChoice? choice)
    {
        var pinned = text is not null && text.EndsWith('!');
        var id = pinned ? text![..^1] : text;
        choice =
            ModelId.TryParse(id, out var whole) ? new(whole.Name, whole.Version, pinned)
            : !pinned && ModelId.IsPart(id) ? new(id!, null, false)
            : null;
        return choice is not null;
    }
}
