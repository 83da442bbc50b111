using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.Rates;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// Polls the offshore rate once, in the hours when it matters. Never throws for a failure of the source or of storage: without rates the
/// forecasts are those of the wrapped model.
/// </summary>
public sealed class RateRefresh(IRateSource source, TableRateStore store, TimeProvider clock, ILogger<RateRefresh> logger)
{
    /// <summary>Fewer than a free plan allows, so that other uses of the key have some left.</summary>
    internal const int MaxCallsADay = 600;

    /// <summary>The minimum time since the last poll of any instance.</summary>
    private static readonly TimeSpan MinPause = TimeSpan.FromMinutes(4);

    /// <summary>The span of a usual poll: some bars more than since the last one.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(30);

    /// <returns>Whether the source was called.</returns>
    public async Task<bool> RefreshAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!RateHours.Matters(now))
        {
            return false;
        }

        try
        {
            return await PollAsync(now, ct);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            RateLog.Failed(logger, new(PriceFault.Storage, StorageFailures.InWords(exception)));
            return false;
        }
    }

    private async Task<bool> PollAsync(DateTimeOffset now, CancellationToken ct)
    {
        var stored = await store.ReadAsync(ct);
        var (known, poll) = (stored?.Rates ?? RateHistory.Empty, stored?.Poll ?? new());
        if (poll.NotBefore > now || now - poll.AskedAt < MinPause || CallsToday(poll, now) >= MaxCallsADay)
        {
            return false;
        }

        var fetch = await source.LatestAsync(Span(known, now), ct);
        var isNew = fetch.Rates.Where(rate => known.At(rate.KnownAt, TimeSpan.Zero) != rate.Rate).ToList();
        await store.SaveAsync(source.Name, isNew, state => Apply(state, fetch, now), ct);
        if (fetch.Failure is { } failure)
        {
            RateLog.Failed(logger, failure);
        }
        else
        {
            RateLog.Refreshed(logger, isNew.Count, source.Name);
        }

        return true;
    }

    /// <summary>How far back to ask: to the last close if its rate is not known, as in a first poll and after an outage.</summary>
    private static TimeSpan Span(RateHistory known, DateTimeOffset now)
    {
        var date = DateOnly.FromDateTime(now.UtcDateTime);
        var close = now.UtcDateTime.TimeOfDay < OnshoreCalendar.Close ? OnshoreCalendar.CloseBefore(date) : now;
        return close < now && known.At(close, OffshoreOpeningModel.MaxRateAge) is null
            ? now - close + OffshoreOpeningModel.MaxRateAge
            : Usual;
    }

    private static int CallsToday(RatePollState poll, DateTimeOffset now) =>
        poll.AskedAt?.UtcDateTime.Date == now.UtcDateTime.Date ? poll.CallsThatDay : 0;

    private static RatePollState Apply(RatePollState state, RateFetch fetch, DateTimeOffset now)
    {
        var failures = fetch.Failure is null ? 0 : state.FailuresInARow + 1;
        return new()
        {
            AskedAt = now,
            CallsThatDay = CallsToday(state, now) + fetch.Calls,
            FailuresInARow = failures,
            LastFailure = fetch.Failure,
            NotBefore = PollBackoff.Pause(failures, fetch.Failure is null ? null : fetch.RetryAfter) is { } pause ? now + pause : null,
        };
    }
}

internal static partial class RateLog
{
    [LoggerMessage(1050, LogLevel.Information, "USD/CNH: {Added} new rates from {Source}")]
    public static partial void Refreshed(ILogger logger, int added, string source);

    [LoggerMessage(1051, LogLevel.Warning, "USD/CNH: no new rate, so forecasts across openings may be those without it: {Failure}")]
    public static partial void Failed(ILogger logger, PriceFailure failure);

    [LoggerMessage(1052, LogLevel.Warning, "Could not read the offshore rates; the miner forecasts from those in memory: {Failure}")]
    public static partial void ReadFailed(ILogger logger, string failure);
}
