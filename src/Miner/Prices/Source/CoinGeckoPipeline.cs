using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// How CoinGecko is asked: 20 s in all and 8 s a try, also against a body that drips; one retry where there are calls to spare, for what
/// may pass, after the Retry-After where one is given and short. The next poll is the best retry, so what asks for a longer wait is left
/// alone. What fails five times in a row is not asked for a while.
/// </summary>
internal static class CoinGeckoPipeline
{
    /// <summary>Set on the context of a call that has no call to spare for a retry.</summary>
    public static readonly ResiliencePropertyKey<bool> MayRetry = new("may-retry");

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(8);

    public static ResiliencePipeline<CoinGeckoReply> Build(TimeProvider clock) =>
        new ResiliencePipelineBuilder<CoinGeckoReply> { TimeProvider = clock }
            .AddTimeout(TimeSpan.FromSeconds(20))
            .AddRetry(
                new RetryStrategyOptions<CoinGeckoReply>
                {
                    MaxRetryAttempts = 1,
                    ShouldHandle = args =>
                        new(
                            args.Context.Properties.GetValue(MayRetry, false)
                                && Failed(args.Outcome)
                                && !(args.Outcome.Result?.RetryAfter > MaxWait)
                        ),
                    DelayGenerator = args => new(args.Outcome.Result?.RetryAfter ?? TimeSpan.FromSeconds(2)),
                }
            )
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<CoinGeckoReply>
                {
                    ShouldHandle = args => new(Failed(args.Outcome)),
                    FailureRatio = 1,
                    MinimumThroughput = 5,
                    SamplingDuration = TimeSpan.FromMinutes(30),
                    BreakDuration = TimeSpan.FromMinutes(4),
                }
            )
            .AddTimeout(TimeSpan.FromSeconds(8))
            .Build();

    private static bool Failed(Outcome<CoinGeckoReply> outcome) =>
        outcome switch
        {
            { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
            { Result: { } reply } => reply.MayPass,
            _ => false,
        };
}

/// <summary>A reply of CoinGecko's server, whole and within bounds.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="IsJson">Whether it calls itself JSON.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">How long it asked to be left alone; null when it did not say.</param>
internal sealed record CoinGeckoReply(int Status, bool IsJson, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>Whether the body was left unread, since it is larger than any price list.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Too many calls, or the server's own trouble: another try may do better.</summary>
    public bool MayPass => Status is 429 or >= 500;
}
