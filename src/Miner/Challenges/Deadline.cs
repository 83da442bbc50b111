namespace Bittbridge.Miner.Challenges;

/// <summary>When a request arrived, and how much of the time for its answer is left.</summary>
internal readonly struct Deadline
{
    private readonly TimeProvider _clock;
    private readonly long _arrived;
    private readonly long _budgetStart;
    private readonly TimeSpan _budget;

    /// <summary>The deadline of a request that arrives now.</summary>
    /// <param name="clock">The miner's clock.</param>
    /// <param name="budget">How long an answer may take.</param>
    public Deadline(TimeProvider clock, TimeSpan budget)
        : this(clock, budget, clock.GetTimestamp(), clock.GetTimestamp()) { }

    private Deadline(TimeProvider clock, TimeSpan budget, long arrived, long budgetStart) =>
        (_clock, _budget, _arrived, _budgetStart) = (clock, budget, arrived, budgetStart);

    /// <summary>The time since the request arrived.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_arrived);

    /// <summary>What is left of the budget; negative once it is spent.</summary>
    public TimeSpan Remaining => _budget - _clock.GetElapsedTime(_budgetStart);

    /// <summary>
    /// The same request once its body is complete: the budget starts then, so a slow sender leaves the model no less time.
    /// </summary>
    public Deadline StartBudget() => new(_clock, _budget, _arrived, _clock.GetTimestamp());
}
