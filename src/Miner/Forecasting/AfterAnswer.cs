using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// What follows an answer within its invocation, once the answer is out and recorded: a host may freeze the process afterwards, and
/// whatever else it was doing.
/// </summary>
internal sealed class AfterAnswer(ShadowRuns shadows, IActiveModel models, LatePoll poll)
{
    /// <summary>How long a look for another model, which the challenge may have begun, is waited for.</summary>
    private static readonly TimeSpan MaxLookTime = TimeSpan.FromSeconds(2);

    public async Task FinishAsync(LiveForecast answered)
    {
        await shadows.RunAsync(answered);
        // Last, since it may take longest: only where the timer stands still.
        var polling = poll.RunAsync();
        await models.SettleAsync(MaxLookTime);
        await polling;
    }
}
