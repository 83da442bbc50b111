using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class ChallengeServiceTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_that_hangs_up_keeps_its_place_until_storage_has_replied()
    {
        var tables = storage.NewSettings();
        await using var slow = new FaultyStorage(tables.Location);
        await using var instance = new ReplayInstance(tables.Through(slow));
        var settings = new MinerSettings
        {
            Storage = tables,
            Access = AccessMode.Signed,
            Hotkey = TestValidator.Miner.ToString(),
        };
        var metrics = instance.Services.GetRequiredService<MinerMetrics>();
        using var limits = new CallerLimits(new() { PerCallerPerMinute = 0 }, instance.Clock);
        var replay = instance.Services.GetRequiredService<ReplayGuard>();
        var intervals = new ResidualIntervalEstimator(0.9);
        var serving = FixedServing.Of(new ExponentialSmoothingModel(), intervals, instance.Clock);
        var challenges = new ChallengeService(
            new Admission(settings, new RecordedSubnet(), limits, replay, metrics),
            new(serving, intervals, new NoPricesYet(), settings, instance.Clock, NullLogger<ForecastService>.Instance),
            new(instance.Clock, NullLogger<CallerActivity>.Instance),
            metrics,
            settings
        );
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Pause = working.Task;

        using var charlie = new TestValidator("//Charlie", instance.Clock);
        using var gone = new CancellationTokenSource();
        var answers = new List<Task>();
        for (var i = 0; i < CallerLimits.OthersAtOnce; i++)
        {
            answers.Add(challenges.AnswerAsync(await IncomingAsync(charlie, instance.Clock), gone.Token));
        }

        await gone.CancelAsync();
        Assert.Equal(429, (await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, Ct)).Refusal?.Status);

        working.SetResult();
        foreach (var answer in answers)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        }

        Assert.Null((await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, Ct)).Refusal);
    }

    private static async Task<IncomingRequest> IncomingAsync(TestValidator caller, TimeProvider clock)
    {
        using var sent = caller.Ask();
        return new(
            HttpMethods.Post,
            sent.RequestUri!.OriginalString,
            new(name => sent.Headers.TryGetValues(name, out var values) ? [.. values] : []),
            await sent.Content!.ReadAsByteArrayAsync(Ct),
            clock.GetUtcNow(),
            new(clock, TimeSpan.FromSeconds(10))
        );
    }

    /// <summary>Prices that each request waits for until its caller hangs up.</summary>
    private sealed class NoPricesYet : IPrices
    {
        public PriceSnapshot? InMemory => null;

        public string? LastReadFailure => null;

        public async ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct)
        {
            // What waits for it goes on within the cancellation.
            var never = new TaskCompletionSource<PriceSnapshot?>();
            await using var registration = ct.Register(() => never.SetCanceled(ct));
            return await never.Task;
        }
    }
}
