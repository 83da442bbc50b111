using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.TrackRecord;

internal static partial class TrackRecordLog
{
    [LoggerMessage(
        8000,
        LogLevel.Information,
        "The forecast of {Model} ({Role}) for {Target:u} was {Price} [{Lower}, {Upper}]; the price was {Truth}"
    )]
    public static partial void Scored(
        ILogger logger,
        string model,
        ForecastRole role,
        double price,
        double? lower,
        double? upper,
        DateTimeOffset target,
        double truth
    );

    [LoggerMessage(8001, LogLevel.Warning, "{Series}: could not score matured forecasts ({Problem}); the next poll tries again")]
    public static partial void StorageFailed(ILogger logger, PriceSeries series, string problem);

    [LoggerMessage(8002, LogLevel.Error, "{Series}: scoring matured forecasts failed; the next poll tries again")]
    public static partial void Failed(ILogger logger, Exception exception, PriceSeries series);

    [LoggerMessage(8003, LogLevel.Warning, "Could not read the track record ({Problem}); answered 503")]
    public static partial void NotRead(ILogger logger, string problem);
}
