using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// The resilience pipeline of calls to a source: 20 s in total and 8 s a try, also when a body arrives very slowly; one retry of transient
/// failures when there are calls to spare, after the Retry-After if that is short. A failure that asks for a longer wait is not retried,
/// because the next poll is the better retry. After five failures in a row the circuit opens for a while.
/// </summary>
internal static class ApiPipeline
{
    /// <summary>Set on the context of a call that must not be retried, because no call is to spare.</summary>
    public static readonly ResiliencePropertyKey<bool> MayRetry = new("may-retry");

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(8);

    public static ResiliencePipeline<ApiReply> Build(TimeProvider clock) =>
        new ResiliencePipelineBuilder<ApiReply> { TimeProvider = clock }
            .AddTimeout(TimeSpan.FromSeconds(20))
            .AddRetry(
                new RetryStrategyOptions<ApiReply>
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
                new CircuitBreakerStrategyOptions<ApiReply>
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

    private static bool Failed(Outcome<ApiReply> outcome) =>
        outcome switch
        {
            { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
            { Result: { } reply } => reply.MayPass,
            _ => false,
        };
}

/// <summary>A complete reply of a server, of limited size.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="IsJson">Whether its content type is JSON.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">The wait that it asked for; null when it asked for none.</param>
internal sealed record ApiReply(int Status, bool IsJson, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>Whether the body was not read, because it is larger than any price list.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Whether the failure is transient: too many calls, or a server error.</summary>
    public bool MayPass => Status is 429 or >= 500;
}
