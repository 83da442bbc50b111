using System.Globalization;

namespace Bittbridge.Miner;

/// <summary>Tells which versions are in service and what is wrong with them.</summary>
public sealed class ModelHealth(IModelsInService models)
{
    /// <param name="live">A forecast that was made just now.</param>
    public HealthPart Check(LiveForecast live)
    {
        ArgumentNullException.ThrowIfNull(live);
        var serving = models.Current;
        string?[] problems =
        [
            live.Forecast is null ? null : live.Reason,
            models.Problem,
            .. serving.Shadows.Select(shadow => shadow.Model).Where(shadow => shadow.RestsUntil is not null)
                .Select(shadow => string.Create(CultureInfo.InvariantCulture, $"the shadow {shadow.Id} failed again and again and is asked again at {shadow.RestsUntil:HH:mm:ss} UTC")),
        ];
        var said = string.Join("; ", problems.Where(problem => problem is not null));
        return said.Length == 0 ? new("well", serving.ToString()) : new("unwell", $"{said} (in service: {serving})");
    }
}
