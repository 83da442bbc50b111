using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class CoinGeckoRetryTests : CoinGeckoTest
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(8);

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(429, "3", 3)]
    [InlineData(503, "5", 5)]
    [InlineData(429, "Mon, 23 Nov 2026 10:04:52 GMT", 7)]
    [InlineData(429, null, 2)]
    [InlineData(500, null, 2)]
    public async Task What_may_pass_is_asked_once_more_after_the_wait_that_was_asked_for(int status, string? retryAfter, int seconds)
    {
        Answer(status, "{}", retryAfter: retryAfter);
        var asking = LatestAsync(Source(), mayRetry: true);
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(seconds));

        Clock.Advance(TimeSpan.FromSeconds(seconds) - Tick);
        Assert.Single(Server.Requests);
        Answer(200, Good);
        Clock.Advance(Tick);
        var fetch = await asking;

        Assert.Equal((2, null), (fetch.Calls, fetch.Failure?.Detail));
        Assert.Equal(7.1035, Assert.Single(fetch.Prices).Cny);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task A_second_failure_is_the_last_and_both_calls_are_counted()
    {
        Answer(500, "{}");
        var asking = LatestAsync(Source(), mayRetry: true);
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var fetch = await asking;

        Assert.Equal((2, "CoinGecko answered 500"), (fetch.Calls, fetch.Failure?.Detail));
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_is_never_established_is_tried_once_more_and_then_CoinGecko_can_not_be_reached()
    {
        using var silent = new SilentHost();
        var asking = LatestAsync(new(silent.Http, new() { CoinGeckoBaseAddress = silent.Address }, Clock), mayRetry: true);
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var fetch = await asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.Equal(2, fetch.Calls);
        Assert.Equal(new(PriceFault.Unreachable, "CoinGecko can't be reached: no connection was established in time"), fetch.Failure);
    }

    [Theory]
    [InlineData(429, "9", 9)]
    [InlineData(429, "600", 600)]
    [InlineData(503, "Mon, 23 Nov 2026 10:34:45 GMT", 1800)]
    public async Task A_long_wait_is_handed_out_and_not_waited_for(int status, string retryAfter, int seconds)
    {
        Answer(status, "{}", retryAfter: retryAfter);
        var fetch = await LatestAsync(Source(), mayRetry: true);

        Assert.Equal((1, TimeSpan.FromSeconds(seconds)), (fetch.Calls, fetch.RetryAfter));
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task A_wait_that_is_over_is_ignored()
    {
        Answer(429, "{}", retryAfter: "Mon, 23 Nov 2026 10:00:00 GMT");
        Assert.Equal(TimeSpan.Zero, (await LatestAsync(Source())).RetryAfter);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Without_a_call_to_spare_nothing_is_asked_twice(int status)
    {
        Answer(status, "{}", retryAfter: "1");
        var fetch = await LatestAsync(Source());

        Assert.Equal((1, $"CoinGecko answered {status}", TimeSpan.FromSeconds(1)), (fetch.Calls, fetch.Failure?.Detail, fetch.RetryAfter));
        Assert.Single(Server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task What_will_not_pass_is_never_asked_twice(int status)
    {
        Answer(status, "{}", retryAfter: "1");
        Assert.Equal(1, (await LatestAsync(Source(), mayRetry: true)).Calls);
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task The_chart_of_the_second_currency_is_not_asked_twice()
    {
        var asked = 0;
        Server.Answer(
            CoinGeckoStandIn.Chart,
            context =>
            {
                (context.Response.StatusCode, context.Response.ContentType) = (++asked == 1 ? 200 : 500, "application/json");
                return context
                    .Response.Body.WriteAsync("""{"prices":[[1763469000123,7.1]]}"""u8.ToArray(), context.RequestAborted)
                    .AsTask();
            }
        );
        var fetch = await DayAsync(Source(), mayRetry: true);

        Assert.Equal((2, 1, null), (fetch.Calls, fetch.Prices.Count, fetch.Failure?.Detail));
        Assert.Equal(2, Server.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_does_not_come_is_given_up_after_eight_seconds(bool comesBefore)
    {
        HoldAnswer();
        var asking = LatestAsync(Source());
        await Clock.WaitBeginsAsync(TryTimeout);
        await Server.AskedAsync();

        await AssertLimitAsync(asking, calls: 1, TryTimeout, comesBefore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_drips_is_given_up_after_eight_seconds(bool comesBefore)
    {
        var dripped = new SemaphoreSlim(0);
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            async context =>
            {
                context.Response.ContentType = "application/json";
                foreach (var drop in Good.Chunk(1).Take(5))
                {
                    await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(drop), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    dripped.Release();
                }

                await _released.Task.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync(Good[5..], context.RequestAborted);
            }
        );
        var asking = LatestAsync(Source());
        for (var drops = 0; drops < 5; drops++)
        {
            await dripped.WaitAsync(TestContext.Current.CancellationToken);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await AssertLimitAsync(asking, calls: 1, TimeSpan.FromSeconds(3), comesBefore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_second_try_has_eight_seconds_of_its_own(bool comesBefore)
    {
        HoldAnswer();
        var asking = LatestAsync(Source(), mayRetry: true);
        await Server.AskedAsync();
        Clock.Advance(TryTimeout);
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Server.AskedAsync();

        await AssertLimitAsync(asking, calls: 2, TryTimeout, comesBefore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_seconds_are_all_there_is_for_two_tries(bool comesBefore)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            async context =>
            {
                await answer.Task.WaitAsync(context.RequestAborted);
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "7");
            }
        );
        var asking = LatestAsync(Source(), mayRetry: true);
        await Server.AskedAsync();
        Clock.Advance(TimeSpan.FromSeconds(6));
        answer.SetResult();
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(7));
        HoldAnswer();
        Clock.Advance(TimeSpan.FromSeconds(7));
        await Server.AskedAsync();

        // 6 and 7 are over; the second try alone would have 8 more.
        await AssertLimitAsync(asking, calls: 2, TimeSpan.FromSeconds(7), comesBefore);
    }

    [Fact]
    public async Task A_canceled_call_throws_its_cancellation()
    {
        Server.Answer(CoinGeckoStandIn.SimplePrice, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var caller = new CancellationTokenSource();
        var asking = Source().LatestAsync(mayRetry: true, caller.Token);
        await Server.AskedAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_poll_five_minutes_after_the_fifth_failure_asks_again()
    {
        var source = Source();
        Answer(500, "{}");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("CoinGecko answered 500", (await LatestAsync(source)).Failure?.Detail);
            Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Answer(200, Good);
        Assert.Null((await LatestAsync(source)).Failure?.Detail);
        Assert.Equal(6, Server.Requests.Count);
    }

    [Fact]
    public async Task An_open_circuit_says_so_and_takes_no_call()
    {
        var source = Source();
        Answer(500, "{}");
        for (var i = 0; i < 5; i++)
        {
            await LatestAsync(source);
        }

        Answer(200, Good);
        foreach (var wait in new[] { TimeSpan.Zero, TimeSpan.FromMinutes(4) - Tick })
        {
            Clock.Advance(wait);
            var fetch = await LatestAsync(source, mayRetry: true);
            Assert.Equal((0, "CoinGecko was not asked: it failed five times in a row"), (fetch.Calls, fetch.Failure?.Detail));
        }

        Assert.Equal(5, Server.Requests.Count);
        Clock.Advance(Tick);
        Assert.Null((await LatestAsync(source)).Failure?.Detail);
    }

    [Fact]
    public async Task A_circuit_that_opens_before_the_second_try_says_that_there_was_a_first()
    {
        var source = Source();
        Answer(500, "{}");
        for (var i = 0; i < 4; i++)
        {
            await LatestAsync(source);
        }

        var asking = LatestAsync(source, mayRetry: true);
        await Clock.WaitBeginsAsync(TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var fetch = await asking;

        Assert.Equal((1, "CoinGecko was not asked again: it failed five times in a row"), (fetch.Calls, fetch.Failure?.Detail));
        Assert.Equal(5, Server.Requests.Count);
    }

    [Fact]
    public async Task A_rejected_key_does_not_open_the_circuit()
    {
        var source = Source();
        Answer(401, "{}");
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(1, (await LatestAsync(source)).Calls);
        }
    }

    /// <summary>From now on an answer comes once it is released.</summary>
    private void HoldAnswer() =>
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            async context =>
            {
                await _released.Task.WaitAsync(context.RequestAborted);
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Good, context.RequestAborted);
            }
        );

    /// <summary>An answer that is released just before the time is over is read; without one the call is given up then.</summary>
    private async Task AssertLimitAsync(Task<PriceFetch> asking, int calls, TimeSpan left, bool comesBefore)
    {
        Clock.Advance(left - Tick);
        if (comesBefore)
        {
            _released.SetResult();
        }
        else
        {
            Clock.Advance(Tick);
        }

        var fetch = await asking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.Equal((calls, comesBefore ? null : "CoinGecko did not answer in time"), (fetch.Calls, fetch.Failure?.Detail));
    }
}
