using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class AdmissionTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_that_hangs_up_while_storage_works_is_counted_and_has_spent_its_nonce()
    {
        var settings = storage.NewSettings();
        await using var slow = new FaultyStorage(settings.Location);
        await using var instance = new ReplayInstance(settings.Through(slow));
        using var limits = new CallerLimits(new() { PerCallerPerMinute = 2 }, instance.Clock);
        var admission = NewAdmission(settings, limits, instance);
        var caller = instance.Signed();

        for (var i = 0; i < 2; i++)
        {
            Assert.Null(limits.Peek(caller));
            var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            slow.Pause = working.Task;
            using var gone = new CancellationTokenSource();
            var reserving = admission.ReserveAsync(new(caller with { Session = $"session {i}" }, false, null), gone.Token);
            await gone.CancelAsync();
            Assert.False(reserving.IsCompleted);
            working.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reserving.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        }

        Assert.Equal(429, limits.Peek(caller)?.Status);
        Assert.Equal(401, await instance.TakeAsync(caller with { Session = "session 0" }));
    }

    [Fact]
    public async Task A_caller_has_eight_requests_at_storage_at_once_and_no_more()
    {
        var settings = storage.NewSettings();
        await using var slow = new FaultyStorage(settings.Location);
        await using var instance = new ReplayInstance(settings.Through(slow));
        using var limits = new CallerLimits(new(), instance.Clock);
        var admission = NewAdmission(settings, limits, instance);
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Pause = working.Task;
        var (caller, other) = (instance.Signed(), instance.Signed());

        var reserving = Enumerable.Range(0, 8).Select(i => ReserveAsync(caller with { Session = $"session {i}" })).ToList();
        var tooMany = ReserveAsync(caller with { Session = "session 8" });
        reserving.Add(ReserveAsync(other));

        Assert.Equal(
            new Refusal(429, RefusalReason.RateLimited, "More than 8 requests at once from one hotkey: send them one after another."),
            await tooMany.WaitAsync(TimeSpan.FromMinutes(3), Ct)
        );
        Assert.Every(reserving, one => Assert.False(one.IsCompleted));
        working.SetResult();
        Assert.Every(await Task.WhenAll(reserving).WaitAsync(TimeSpan.FromMinutes(3), Ct), Assert.Null);
        Assert.Null(await ReserveAsync(caller with { Session = "session 9" }));

        Task<Refusal?> ReserveAsync(Caller from) => admission.ReserveAsync(new(from, false, null), Ct);
    }

    private static Admission NewAdmission(StorageSettings settings, CallerLimits limits, ReplayInstance instance) =>
        new(
            new MinerSettings
            {
                Storage = settings,
                Access = AccessMode.Signed,
                Hotkey = TestSubnet.Bob.ToString(),
            },
            new RecordedSubnet(),
            limits,
            instance.Services.GetRequiredService<ReplayGuard>(),
            instance.Services.GetRequiredService<MinerMetrics>()
        );
}
