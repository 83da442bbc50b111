using Azure.Data.Tables;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The row of the table <c>models</c>: ids as <c>name@version</c>, lists separated by spaces, a previous pair as <c>model+calibration</c>
/// with <c>-</c> where the settings say.
/// </summary>
internal static class DeploymentEntity
{
    public const string Partition = "active";
    public const string Row = "tether-cny";

    private const int CurrentFormat = 1;
    private const string FromSettings = "-";

    /// <summary>Far more than are run.</summary>
    private const int MaxShadows = 64;

    public static TableEntity From(Deployment choice, DateTimeOffset changedAt) =>
        new(Partition, Row)
        {
            ["FormatVersion"] = CurrentFormat,
            ["Model"] = Text(choice.Active.Model),
            ["Calibration"] = Text(choice.Active.Calibration),
            ["Shadows"] = string.Join(' ', choice.Shadows),
            ["Previous"] = string.Join(' ', choice.Previous.Select(pair => $"{Text(pair.Model)}+{Text(pair.Calibration)}")),
            ["ChangedAt"] = changedAt,
        };

    /// <summary>Null where the row is damaged or of a format that this version does not know.</summary>
    public static Deployment? Read(TableEntity entity) =>
        entity.Value<int>("FormatVersion") == CurrentFormat
        && TryId(entity.Text("Model"), out var model)
        && TryId(entity.Text("Calibration"), out var calibration)
        && entity.Text("Shadows") is { } shadows
        && entity.Text("Previous") is { } previous
        && Ids(shadows) is { } shadowIds
        && Pairs(previous) is { } pairs
            // However many a row of another's hand has: what is run is bounded, and so is what is shown and written again.
            ? new()
            {
                Active = new(model, calibration),
                Shadows = [.. shadowIds.Distinct().Take(MaxShadows)],
                Previous = [.. pairs.Take(Deployment.MaxPrevious)],
            }
            : null;

    private static string Text(ModelId? id) => id?.ToString() ?? FromSettings;

    private static bool TryId(string? value, out ModelId? id)
    {
        id = null;
        return value is FromSettings || ModelId.TryParse(value, out id);
    }

    private static List<ModelId>? Ids(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        List<ModelId> ids = [.. parts.Select(part => ModelId.TryParse(part, out var id) ? id : null).OfType<ModelId>()];
        return ids.Count == parts.Length ? ids : null;
    }

    private static List<DeployedVersion>? Pairs(string text)
    {
        List<DeployedVersion> pairs = [];
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('+') is not [var first, var second] || !TryId(first, out var model) || !TryId(second, out var calibration))
            {
                return null;
            }

            pairs.Add(new(model, calibration));
        }

        return pairs;
    }
}
