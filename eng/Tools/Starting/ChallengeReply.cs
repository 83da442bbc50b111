using System.Globalization;

namespace Bittbridge.Tools.Starting;

/// <summary>What came back for a challenge.</summary>
public sealed record ChallengeReply
{
    public int Status { get; init; }

    /// <summary>CNY per USDT; null where the miner gave no forecast.</summary>
    public double? Price { get; init; }

    public (double Lower, double Upper)? Interval { get; init; }

    /// <summary><c>coingecko</c>, <c>simulated</c> or <c>recording</c>; null where the miner does not say.</summary>
    public string? Source { get; init; }

    /// <summary>Name and version of the model that answered; null where the miner does not say.</summary>
    public string? Model { get; init; }

    public required string Body { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public TimeSpan Took { get; init; }

    public bool HoldsForecast => Status == 200 && Price is not null;

    /// <summary>The answer as one would say it.</summary>
    public string InWords(PriceChoice prices)
    {
        if (!HoldsForecast)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no forecast: the miner answered {Status} {Body}");
        }

        var level = Environment.GetEnvironmentVariable("Bittbridge__Level") is { Length: > 0 } set && double.TryParse(set, CultureInfo.InvariantCulture, out var given) ? given : 0.90;
        var between = Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $"; with {level * 100:0.##} % between {interval.Lower:0.0000} and {interval.Upper:0.0000}") : "; it gave no interval";
        return string.Create(CultureInfo.InvariantCulture, $"1 USDT will be about {Price:0.0000} CNY at {AskedAt.AddHours(1).UtcDateTime:HH:mm} UTC{between}; source: {SourceInWords(prices)}");
    }

    private string SourceInWords(PriceChoice prices) => (Source ?? prices.Source) switch
    {
        "coingecko" => "CoinGecko",
        "simulated" => "SIMULATED prices, not real ones",
        "recording" => "recorded prices, played as if they ended now",
        var other => prices.IsRecording ? "recorded prices, played as if they ended now" : other,
    };
}
