namespace Bittbridge.Miner.Forecasting;

/// <summary>How long one run of a model may take, and from which duration on a timeout counts as the model's failure.</summary>
/// <param name="Left">How long this run may take.</param>
/// <param name="Share">The model's share of the budget. A run that got less time was cut short by its caller, so its timeout does not count
/// as a failure of the model.</param>
internal readonly record struct ModelTime(TimeSpan Left, TimeSpan Share)
{
    /// <summary>
    /// The model's share of the budget. The rest is for what precedes the run, such as reading prices into a cold instance.
    /// </summary>
    private const double ShareOfBudget = 0.75;

    /// <summary>A run does not start with less than this part of its share.</summary>
    private const double MinPart = 1d / 3;

    /// <summary>Whether a failure of this run counts against the model.</summary>
    public bool Counts => Left >= Share;

    /// <summary>Whether too little time is left to start the run.</summary>
    public bool IsTooShort => Left <= TimeSpan.Zero || Left < MinPart * Share;

    /// <summary>The part of the share that this run does not get.</summary>
    public TimeSpan Unused => Share - Left;

    /// <param name="left">What is left of the budget.</param>
    /// <param name="budget">The whole budget.</param>
    public static ModelTime Of(TimeSpan left, TimeSpan budget) => new(left, ShareOfBudget * budget);
}
