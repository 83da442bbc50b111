namespace Bittbridge.Miner.Forecasting;

/// <summary>The time that a run of a model gets, and what it would have to get before its failure says something about the model.</summary>
/// <param name="Left">How long the answer may take.</param>
/// <param name="Share">What a model may take of an answer. A run with less time was cut short by its caller, which is no failure of the
/// model.</param>
internal readonly record struct ModelTime(TimeSpan Left, TimeSpan Share)
{
    /// <summary>Of a budget; what precedes a run in an answer, such as reading prices into a cold instance, takes the rest.</summary>
    private const double ShareOfBudget = 0.75;

    /// <summary>With less than this part of its share no run is begun.</summary>
    private const double MinPart = 1d / 3;

    /// <summary>Whether the run's failure is the model's.</summary>
    public bool Counts => Left >= Share;

    /// <summary>Whether it is not worth to begin.</summary>
    public bool IsTooShort => Left <= TimeSpan.Zero || Left < MinPart * Share;

    /// <summary>What the run's end leaves of the model's share.</summary>
    public TimeSpan Unused => Share - Left;

    /// <param name="left">What is left of the budget.</param>
    /// <param name="budget">The whole of it.</param>
    public static ModelTime Of(TimeSpan left, TimeSpan budget) => new(left, ShareOfBudget * budget);
}
