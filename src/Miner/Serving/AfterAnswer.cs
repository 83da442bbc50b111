namespace Bittbridge.Miner;

/// <summary>What follows an answer within its invocation, once the answer is out and recorded: a host may freeze the process afterwards, and whatever else it was doing.</summary>
public sealed class AfterAnswer(ShadowRuns shadows, IModelsInService models, LatePoll poll)
{
    /// <summary>How long a look for another model, which the challenge may have begun, is waited for.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    public async Task FinishAsync(LiveForecast answered)
    {
        await shadows.RunAsync(answered).ConfigureAwait(false);
        // Last, since it may take longest: only where the timer stands still.
        var polling = poll.RunAsync();
        await models.SettleAsync(LongestLook).ConfigureAwait(false);
        await polling.ConfigureAwait(false);
    }
}
