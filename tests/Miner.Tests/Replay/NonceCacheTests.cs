using System.Security.Cryptography;
using System.Text;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Http;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class NonceCacheTests
{
    private static readonly long Grace = Nanoseconds(NonceCache.Grace);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private long Now => Nanoseconds(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_nonce_is_claimed_once()
    {
        var recent = new NonceCache(10, _clock);
        Assert.Equal(
            [NonceClaim.Claimed, NonceClaim.Seen, NonceClaim.Seen],
            Enumerable.Range(0, 3).Select(_ => recent.Claim(Hash("a"), Now + 1))
        );
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("b"), Now + 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Every_digit_of_the_first_half_of_a_hash_distinguishes_nonces(int digit)
    {
        var recent = new NonceCache(10, _clock);
        var hash = Hash("a");
        var other = hash[..digit] + (hash[digit] == '0' ? '1' : '0') + hash[(digit + 1)..];
        Assert.Equal((NonceClaim.Claimed, NonceClaim.Claimed), (recent.Claim(hash, Now + 1), recent.Claim(other, Now + 1)));
        recent.Release(hash);
        Assert.Equal((NonceClaim.Claimed, NonceClaim.Seen), (recent.Claim(hash, Now + 1), recent.Claim(other, Now + 1)));
    }

    [Fact]
    public void A_date_that_jumps_ahead_and_back_within_the_time_of_a_nonce_does_not_make_it_fresh_again()
    {
        var clock = new MisdatedClock(_clock.GetUtcNow());
        var recent = new NonceCache(10, clock);
        var until = Now + Nanoseconds(TimeSpan.FromSeconds(60));
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("a"), until));
        clock.Advance(TimeSpan.FromSeconds(65));
        clock.Ahead = TimeSpan.FromHours(1);
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("b"), Now + Nanoseconds(TimeSpan.FromHours(2))));
        clock.Ahead = TimeSpan.Zero;
        Assert.Equal(NonceClaim.Seen, recent.Claim(Hash("a"), until));
    }

    [Fact]
    public void A_clock_that_is_set_ahead_makes_no_nonce_one_from_before_the_start()
    {
        var clock = new MisdatedClock(_clock.GetUtcNow());
        var recent = new NonceCache(10, clock);
        clock.Ahead = TimeSpan.FromHours(1);
        Assert.Equal((true, false), (recent.IsFromBefore(Now - 1), recent.IsFromBefore(Now)));
    }

    [Fact]
    public void A_full_memory_still_finds_remembered_requests_and_drops_none_for_a_new_one()
    {
        var recent = new NonceCache(3, _clock);
        foreach (var name in (string[])["a", "b", "c"])
        {
            Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash(name), Now + 1));
        }

        Assert.Equal(NonceClaim.NoRoom, recent.Claim(Hash("d"), Now + 1_000));
        Assert.Equal(
            [NonceClaim.Seen, NonceClaim.Seen, NonceClaim.Seen],
            ((string[])["a", "b", "c"]).Select(name => recent.Claim(Hash(name), Now + 1))
        );
    }

    [Fact]
    public void Memory_that_is_full_has_room_again_when_something_can_be_replayed_no_more()
    {
        var recent = new NonceCache(2, _clock);
        recent.Claim(Hash("late"), Now + Nanoseconds(TimeSpan.FromSeconds(64)));
        recent.Claim(Hash("early"), Now);
        _clock.Advance(NonceCache.Grace);
        Assert.Equal(NonceClaim.NoRoom, recent.Claim(Hash("new"), Now + 1));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("new"), Now + 1));
        Assert.Equal((NonceClaim.Seen, 2), (recent.Claim(Hash("late"), 0), recent.Count));
    }

    [Fact]
    public void A_nonce_that_may_have_been_dropped_already_is_never_claimed_again()
    {
        var recent = new NonceCache(2, _clock);
        var until = Now;
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("a"), until));
        _clock.Advance(NonceCache.Grace + TimeSpan.FromTicks(1));
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("b"), Now));
        Assert.Equal(NonceClaim.Stale, recent.Claim(Hash("a"), until));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_date_that_jumps_an_hour_and_back_makes_it_forget_no_nonce(int hours)
    {
        var clock = new MovableClock { Now = _clock.GetUtcNow() };
        var recent = new NonceCache(10, clock);
        var until = Now + Nanoseconds(TimeSpan.FromSeconds(64));
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("a"), until));

        clock.Now += TimeSpan.FromHours(hours);
        recent.Claim(Hash("b"), until + Nanoseconds(TimeSpan.FromHours(hours)));
        clock.Now -= TimeSpan.FromHours(hours);

        Assert.Equal(NonceClaim.Seen, recent.Claim(Hash("a"), until));
    }

    [Fact]
    public void A_nonce_is_remembered_for_longer_than_a_body_and_storage_may_take() =>
        Assert.True(NonceCache.Grace > BodyReader.MaxTime + NonceStore.MaxWaitInAll);

    [Fact]
    public void A_claim_that_came_to_nothing_can_be_made_again()
    {
        var recent = new NonceCache(2, _clock);
        recent.Claim(Hash("a"), Now);
        recent.Release(Hash("a"));
        Assert.Equal([NonceClaim.Claimed, NonceClaim.Seen], Enumerable.Range(0, 2).Select(_ => recent.Claim(Hash("a"), Now)));
    }

    [Fact]
    public void A_claim_that_comes_to_nothing_again_and_again_takes_one_place()
    {
        var recent = new NonceCache(5, _clock);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("a"), Now));
            recent.Release(Hash("a"));
        }

        Assert.Equal(
            [NonceClaim.Claimed, NonceClaim.Claimed, NonceClaim.Claimed, NonceClaim.Claimed, NonceClaim.NoRoom],
            ((string[])["b", "c", "d", "e", "f"]).Select(name => recent.Claim(Hash(name), Now))
        );

        // What was released keeps its place until it is over, and then leaves nothing behind.
        Assert.Equal([NonceClaim.Claimed, NonceClaim.Seen], Enumerable.Range(0, 2).Select(_ => recent.Claim(Hash("a"), Now)));
        recent.Release(Hash("a"));
        var until = Now;
        _clock.Advance(NonceCache.Grace + TimeSpan.FromTicks(1));
        Assert.Equal(NonceClaim.Claimed, recent.Claim(Hash("f"), Now));
        Assert.Equal((NonceClaim.Stale, 1), (recent.Claim(Hash("a"), until), recent.Count));
    }

    [Fact]
    public void What_was_taken_without_being_remembered_leaves_a_doubt_until_it_ends()
    {
        var recent = new NonceCache(1, _clock);
        Assert.True(recent.CanTell(long.MinValue + 1));
        recent.TakenUnremembered(100);
        recent.TakenUnremembered(50);
        Assert.Equal((false, false, true), (recent.CanTell(50), recent.CanTell(100), recent.CanTell(101)));
    }

    /// <summary>
    /// The second claims it at one of the first one's reads of the clock. The second read is between the check for the nonce and its
    /// addition, since an old nonce is dropped there.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_two_threads_that_claim_the_same_nonce_one_gets_it(int read)
    {
        var (clock, until) = (new InterruptedClock(_clock.GetUtcNow()), Now + Nanoseconds(TimeSpan.FromMinutes(1)));
        var recent = new NonceCache(10, clock);
        recent.Claim(Hash("old"), Now);
        clock.Advance(NonceCache.Grace + TimeSpan.FromTicks(1));
        var second = new SecondThread<NonceClaim>(read, () => recent.Claim(Hash("new"), until));
        clock.Reading = second.Pass;

        var first = recent.Claim(Hash("new"), until);

        NonceClaim[] claims = [first, await second.ResultAsync()];
        Assert.Equal([NonceClaim.Claimed, NonceClaim.Seen], claims.Order());
    }

    /// <summary>
    /// Against a memory that keeps everything for ever: nothing is claimed twice, and nothing is refused that was never seen while there is
    /// room.
    /// </summary>
    [Fact]
    public void No_sequence_of_requests_and_times_claims_a_nonce_twice() =>
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 12], Gen.Int[0, 40], Gen.Int[0, 9]).Array[0, 80])
            .Sample(
                (capacity, steps) =>
                {
                    var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
                    var start = Nanoseconds(clock.GetUtcNow() - DateTimeOffset.UnixEpoch);
                    var recent = new NonceCache(capacity, clock);
                    var everything = new Dictionary<int, long>();
                    foreach (var (nonce, seconds, kind) in steps)
                    {
                        clock.Advance(TimeSpan.FromSeconds(kind == 0 ? seconds : 0));
                        var now = Nanoseconds(clock.GetUtcNow() - DateTimeOffset.UnixEpoch);
                        var until = start + (10 * nonce * 1_000_000_000L);
                        var (known, over) = (everything.ContainsKey(nonce), until < now - Grace);
                        var kept = everything.Values.Count(end => end >= now - Grace);
                        var ok = recent.Claim(Hash($"{nonce}"), until) switch
                        {
                            NonceClaim.Claimed => !known && !over && kept < capacity && everything.TryAdd(nonce, until),
                            NonceClaim.Seen => known,
                            NonceClaim.Stale => over,
                            _ => !known && !over && kept == capacity,
                        };
                        if (!ok || recent.Count > capacity)
                        {
                            return false;
                        }
                    }

                    return true;
                }
            );

    /// <summary>A hash like that of a <c>ReplayKey</c>.</summary>
    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
