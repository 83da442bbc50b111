using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Notifications;

/// <summary>
/// Tells the operator once when a condition begins and once when it is over, whatever the number of instances: of the instances that see a
/// change, the one whose write of the row succeeds has claimed it, sends the notification and notes in the row that it did. If it ends in
/// between, the claim expires and another one sends. Runs every minute in each instance and after each poll, never within a request.
/// </summary>
internal sealed class Notifier(
    NotificationConditions conditions,
    Webhook webhook,
    MinerTables tables,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<Notifier> logger
) : BackgroundService, IAfterPoll
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>The longest run, since a timer may wait for it.</summary>
    private static readonly TimeSpan MaxRun = TimeSpan.FromSeconds(45);

    /// <summary>How long it may take to note that a notification was sent.</summary>
    private static readonly TimeSpan MaxNote = TimeSpan.FromSeconds(10);

    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Looks at every condition once. A failure is logged, and the next run tries again.</summary>
    public async Task RunOnceAsync(CancellationToken ct)
    {
        if (!await _one.WaitAsync(0, ct))
        {
            return;
        }

        using var bound = new CancellationTokenSource(MaxRun, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, ct);
        try
        {
            var began = clock.GetTimestamp();
            foreach (var condition in await conditions.ReadAsync(either.Token))
            {
                // What can't be sent in the time that is left is left to the next run.
                if (condition.IsActive is { } isActive && clock.GetElapsedTime(began) < MaxRun - Webhook.MaxDuration)
                {
                    await ReportAsync(condition, isActive, either.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            NotificationLog.TooSlow(logger, MaxRun.TotalSeconds);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            NotificationLog.NotStored(logger, StorageFailures.InWords(exception));
        }
        // A defect here must stop neither the polls nor the miner.
#pragma warning disable CA1031
        catch (Exception exception) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotificationLog.Failed(logger, exception);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A timer's instance may end before the next minute.</summary>
    public Task AfterPollAsync(CancellationToken ct) => RunOnceAsync(ct);

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunOnceAsync(stoppingToken);
        }
    }

    private async Task ReportAsync(NotifiedCondition condition, bool isActive, CancellationToken ct)
    {
        var (claimed, change) = await UpdateAsync(
            condition.Event,
            state => state.After(_instance, isActive, condition.Patience, clock.GetUtcNow()),
            ct
        );
        if (change == NotificationChange.None)
        {
            return;
        }

        var isOver = change == NotificationChange.Over;
        var notification = new Notification(
            condition.Event,
            isOver ? "over" : "begun",
            condition.Title,
            condition.Detail,
            isOver ? null : condition.Remedy,
            claimed.Since,
            clock.GetUtcNow(),
            settings.Hotkey,
            settings.Netuid,
            ProductVersion.Value
        );
        if (await webhook.SendAsync(notification, ct) is { } failure)
        {
            NotificationLog.NotSent(logger, condition.Event, settings.Notifications!.ShownTarget, failure);
            return;
        }

        NotificationLog.Sent(logger, condition.Event, notification.State, settings.Notifications!.ShownTarget);

        // Without this the operator would be told again, so neither a stop nor the end of the run's time cancels it.
        using var bound = new CancellationTokenSource(MaxNote, clock);
        await UpdateAsync(condition.Event, state => (state.Told(change, clock.GetUtcNow()), change), bound.Token);
    }

    /// <summary>Changes the row of a condition, and returns what the write that succeeded has stored.</summary>
    private Task<(NotificationState State, NotificationChange Change)> UpdateAsync(
        string name,
        Func<NotificationState, (NotificationState State, NotificationChange Change)> change,
        CancellationToken ct
    ) =>
        tables.UseAsync(
            MinerTables.TrackRecord,
            table =>
                OptimisticUpdate.UpdateOptimisticallyAsync(
                    async token =>
                    {
                        var row = await table.GetEntityIfExistsAsync<TableEntity>(
                            NotificationState.Partition,
                            name,
                            cancellationToken: token
                        );
                        var before = row.HasValue ? NotificationState.From(row.Value!) : NotificationState.None;
                        var after = change(before);
                        if (!after.State.IsSameAs(before))
                        {
                            await table.WriteAsync(after.State.ToEntity(name), row.HasValue ? row.Value!.ETag : (ETag?)null, token);
                        }

                        return after;
                    },
                    ct
                ),
            ct
        );
}

internal static partial class NotificationLog
{
    [LoggerMessage(9000, LogLevel.Information, "Notification {Event} ({State}) sent to {Target}")]
    public static partial void Sent(ILogger logger, string @event, string state, string target);

    [LoggerMessage(
        9001,
        LogLevel.Warning,
        "Notification {Event} was not accepted by {Target}: {Failure}; it is sent again in some minutes"
    )]
    public static partial void NotSent(ILogger logger, string @event, string target, string failure);

    [LoggerMessage(9004, LogLevel.Warning, "Notifications took longer than {Seconds:0} s; the next run goes on")]
    public static partial void TooSlow(ILogger logger, double seconds);

    [LoggerMessage(9003, LogLevel.Error, "Notifications failed; the next run tries again")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(9002, LogLevel.Warning, "Notifications could not be decided, because {Failure}; the next run tries again")]
    public static partial void NotStored(ILogger logger, string failure);
}
