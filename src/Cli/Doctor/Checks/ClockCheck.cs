using System.Globalization;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// This machine's clock against those of the servers that the other checks asked. <c>btauth/1</c> takes requests from 10 s back to 2 s
/// ahead of the miner's clock, v10 from 4 s and the caller's timeout back to 15 s ahead.
/// </summary>
/// <param name="witnesses">What they said.</param>
/// <param name="others">Ends when they were asked.</param>
/// <param name="clock">Bounds the wait for them.</param>
internal sealed class ClockCheck(ClockWitnesses witnesses, Task others, TimeProvider clock) : ICheck
{
    private const string Synchronise = "Turn on time synchronisation (NTP) on this machine: timedatectl set-ntp true, or w32tm /resync.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MuchAhead = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MuchBehind = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TooMuch = TimeSpan.FromSeconds(10);

    public string Name => "clock";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        await Task.WhenAny(others, Task.Delay(Patience, clock, ct));
        if (witnesses.Best is not { } best)
        {
            return Finding.Skipped("not known: no server said what time it is");
        }

        var (least, most) = (best.Least, best.Most);
        var off =
            best.Ahead.Duration() < TimeSpan.FromSeconds(1) || (least <= TimeSpan.Zero && most >= TimeSpan.Zero)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"agrees with {best.Witness} to {Math.Max(least.Duration().TotalSeconds, most.Duration().TotalSeconds):0.0} s"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{best.Ahead.Duration().TotalSeconds:0.0} s {(best.Ahead > TimeSpan.Zero ? "ahead of" : "behind")} {best.Witness}"
                );

        // Judged by what is certain, since a slow answer leaves room for doubt.
        return least > TooMuch || most < -TooMuch ? Finding.Failed($"{off}: signed challenges are refused as stale", Synchronise)
            : least > MuchAhead || most < -MuchBehind ? Finding.Warning($"{off}: some signed challenges are refused as stale", Synchronise)
            : Finding.Well(off);
    }
}
