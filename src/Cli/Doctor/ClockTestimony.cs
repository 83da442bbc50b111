namespace Bittbridge.Cli.Doctor;

/// <summary>By how much this machine's clock is ahead of another's; negative for behind.</summary>
/// <param name="Witness">Whose clock.</param>
/// <param name="Least">At least this much.</param>
/// <param name="Most">At most this much.</param>
internal sealed record ClockTestimony(string Witness, TimeSpan Least, TimeSpan Most)
{
    /// <summary>The middle of what is possible.</summary>
    public TimeSpan Ahead => (Least + Most) / 2;
}
