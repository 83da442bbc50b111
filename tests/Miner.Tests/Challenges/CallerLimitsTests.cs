using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Challenges;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class CallerLimitsTests
{
    private const string Busy = "This miner is busy with other callers: ask again in a moment.";

    private static readonly Caller Alice = CallerNamed("//Alice");
    private static readonly Caller Charlie = CallerNamed("//Charlie");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Only_a_callers_own_requests_use_up_its_rate_limit()
    {
        using var limits = new CallerLimits(new(PerCallerPerMinute: 3), _clock);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(limits.Peek(Alice));
            Assert.Null(limits.Count(Alice));
        }

        var refusal = new Refusal(429, RefusalReason.RateLimited, "More than 3 requests a minute from one hotkey: wait a minute.");
        Assert.Equal(refusal, limits.Peek(Alice));
        Assert.Equal(refusal with { Caller = Alice }, limits.Count(Alice));
        Assert.Null(limits.Peek(Charlie));
        Assert.Null(limits.Count(Charlie));
    }

    [Fact]
    public void A_callers_requests_are_counted_for_a_minute()
    {
        var limit = CallerLimits.EachMinute(60);
        Assert.Equal((60, TimeSpan.FromMinutes(1), 6), (limit.PermitLimit, limit.Window, limit.SegmentsPerWindow));
    }

    [Fact]
    public void Looking_counts_nothing()
    {
        using var limits = new CallerLimits(new(PerCallerPerMinute: 1), _clock);
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(limits.Peek(Alice));
        }

        Assert.Null(limits.Count(Alice));
    }

    [Fact]
    public void Zero_means_no_limit()
    {
        using var limits = new CallerLimits(new(PerCallerPerMinute: 0), _clock);
        Assert.Every(Enumerable.Range(0, 10_000), _ => Assert.Null(limits.Peek(Alice) ?? limits.Count(Alice)));
    }

    [Fact]
    public async Task When_callers_without_a_permit_fill_every_place_one_with_a_permit_still_goes_in_at_once()
    {
        var ct = TestContext.Current.CancellationToken;
        using var limits = new CallerLimits(new(), _clock);
        List<IDisposable?> places = [];
        for (var i = 0; i < 16; i++)
        {
            var entered = await limits.EnterAsync(hasPermit: false, TimeSpan.FromSeconds(1), ct);
            Assert.Null(entered.Refusal);
            places.Add(entered.Value);
        }

        var next = limits.EnterAsync(hasPermit: false, TimeSpan.FromMinutes(5), ct).AsTask();
        var permitted = limits.EnterAsync(hasPermit: true, TimeSpan.Zero, ct);
        Assert.True(permitted.IsCompletedSuccessfully);
        Assert.Null((await permitted).Refusal);
        Assert.False(next.IsCompleted);
        Assert.Equal(new(429, RefusalReason.Busy, Busy), (await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, ct)).Refusal);

        places[0]!.Dispose();
        Assert.Null((await next.WaitAsync(ct)).Refusal);
    }

    [Fact]
    public async Task The_wait_for_a_place_ends_with_the_budget_or_when_too_many_wait()
    {
        var ct = TestContext.Current.CancellationToken;
        using var limits = new CallerLimits(new(), _clock);
        for (var i = 0; i < 16; i++)
        {
            await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, ct);
        }

        var late = limits.EnterAsync(hasPermit: false, TimeSpan.FromMilliseconds(800), ct).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(799));
        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new(429, RefusalReason.Busy, Busy), (await late.WaitAsync(TimeSpan.FromMinutes(3), ct)).Refusal);
        using var end = new CancellationTokenSource();
        var waiting = Enumerable
            .Range(0, 128)
            .Select(_ => limits.EnterAsync(hasPermit: false, TimeSpan.FromMinutes(5), end.Token).AsTask())
            .ToList();
        var surplus = limits.EnterAsync(hasPermit: false, TimeSpan.FromMinutes(5), ct);
        Assert.True(surplus.IsCompletedSuccessfully);
        Assert.Equal(new(429, RefusalReason.Busy, Busy), (await surplus).Refusal);
        Assert.Every(waiting, wait => Assert.False(wait.IsCompleted));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(3), ct));
    }

    private static Caller CallerNamed(string name) =>
        new(DevelopmentKey.Derive(name).Address, default, WireFormat.V10, "", 1, default, NonceWindow.DefaultTimeout);
}
