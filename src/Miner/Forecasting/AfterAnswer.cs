using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// The work that follows an answer within its invocation, after the answer was sent and stored. It is awaited, because a host may freeze
/// the process when the invocation ends.
/// </summary>
internal sealed class AfterAnswer(ShadowRuns shadows, IActiveModel models, LatePoll poll)
{
    /// <summary>How long to wait for a refresh of the deployment that the challenge may have started.</summary>
    private static readonly TimeSpan MaxRefreshTime = TimeSpan.FromSeconds(2);

    public async Task FinishAsync(LiveForecast answered)
    {
        await shadows.RunAsync(answered);
        // Last, since it may take longest. It polls only if the timer does not.
        var polling = poll.RunAsync();
        await models.SettleAsync(MaxRefreshTime);
        await polling;
    }
}
