using Azure.Data.Tables;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// The row of the table <c>models</c>: ids as <c>name@version</c>, lists separated by spaces, a previous version as
/// <c>model+calibration</c>, with <c>-</c> for the value of the settings.
/// </summary>
internal static class DeploymentEntity
{
    public const string Partition = "active";
    public const string Row = "tether-cny";

    private const int CurrentFormat = 1;
    private const string FromSettings = "-";

    /// <summary>The limit of reading, far more than <see cref="Deployment.MaxShadows"/>.</summary>
    private const int MaxShadows = 64;

    public static TableEntity From(Deployment deployment, DateTimeOffset changedAt) =>
        new(Partition, Row)
        {
            ["FormatVersion"] = CurrentFormat,
            ["Model"] = Text(deployment.Active.Model),
            ["Calibration"] = Text(deployment.Active.Calibration),
            ["Shadows"] = string.Join(' ', deployment.Shadows),
            ["Previous"] = string.Join(' ', deployment.Previous.Select(pair => $"{Text(pair.Model)}+{Text(pair.Calibration)}")),
            ["ChangedAt"] = changedAt,
        };

    /// <summary>Null if the row is damaged or in an unknown format.</summary>
    public static Deployment? Read(TableEntity entity) =>
        entity.Value<int>("FormatVersion") == CurrentFormat
        && TryId(entity.Text("Model"), out var model)
        && TryId(entity.Text("Calibration"), out var calibration)
        && entity.Text("Shadows") is { } shadows
        && entity.Text("Previous") is { } previous
        && Ids(shadows) is { } shadowIds
        && Pairs(previous) is { } pairs
            // A row that was edited by hand may hold more; keep what is run, shown and written again bounded.
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
