using System.Globalization;
using System.Reflection;
using Bittbridge.Models;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner;

/// <summary>Says whether the miner can answer, and which part is unwell when it can't.</summary>
public sealed class HealthReport(ForecastDesk desk, IPrices prices, ModelHealth model, IEnumerable<IHealthSource> sources, TimeProvider clock)
{
    public const string Ready = "ready";
    private const string Unready = "unready";

    private static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    /// <summary>The version that runs.</summary>
    public static string Version { get; } = typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static HealthAnswer Live() => new("live", null, Version, null);

    /// <summary>Tries out a forecast and tells how each part fares.</summary>
    public async Task<HealthAnswer> ReadyAsync(CancellationToken ct)
    {
        var live = await desk.ProbeAsync(ct).ConfigureAwait(false);
        var snapshot = prices.InMemory;
        var parts = new Dictionary<string, HealthPart>(StringComparer.Ordinal)
        {
            ["prices"] = Prices(snapshot),
            ["source"] = Source(snapshot),
            ["storage"] = prices.LastReadFailure is { } failure ? new("unwell", failure) : new("well", null),
            ["model"] = model.Check(live),
        };
        foreach (var source in sources)
        {
            parts[source.Name] = source.Check();
        }

        return live.Forecast is null ? new(Unready, live.Reason, Version, parts) : new(Ready, null, Version, parts);
    }

    public static Task WriteAsync(HttpContext context, int status, HealthAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, HealthJson.Default.HealthAnswer, cancellationToken: context.RequestAborted);
    }

    private HealthPart Prices(PriceSnapshot? snapshot)
    {
        if (snapshot?.History.Newest is not PricePoint newest)
        {
            return new("unwell", "no price is known yet");
        }

        var age = clock.GetUtcNow() - newest.Time;
        var words = string.Create(CultureInfo.InvariantCulture, $"{snapshot.History.Count} prices of {snapshot.Series} from {snapshot.Source}, the newest {age.TotalMinutes:0.0} minutes old");
        return new(age > OldPrice ? "unwell" : "well", words);
    }

    private static HealthPart Source(PriceSnapshot? snapshot) => snapshot?.Poll switch
    {
        null => new("unwell", "never asked"),
        { LastFailure: { } failure } poll => new("unwell", string.Create(CultureInfo.InvariantCulture, $"{failure} ({poll.FailuresInARow} failures in a row, {poll.CallsThisMonth} calls this month)")),
        var poll => new("well", string.Create(CultureInfo.InvariantCulture, $"{poll.CallsThisMonth} calls this month")),
    };
}
