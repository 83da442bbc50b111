using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Replay;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Measures the resident memory of SelfHost as it is shipped and as a native program, when it is ready and after many answered challenges:
/// <c>load --memory [--write]</c>.
/// </summary>
internal static class MemoryRun
{
    /// <summary>How many challenges are prepared at once.</summary>
    private const int Prepared = 20_000;

    /// <summary>A second longer than a miner remembers a request, which is as long as it could be replayed, and a grace.</summary>
    private static readonly TimeSpan RememberedFor = NonceWindow.MaxAge + NonceCache.Grace + TimeSpan.FromSeconds(1);

    /// <param name="checkout">The checkout, where SelfHost is published as it is shipped.</param>
    /// <param name="args">The command line.</param>
    public static async Task<int> RunAsync(Checkout checkout, string[] args)
    {
        Report.Say("Publishing SelfHost as a native program (up to five minutes) …");
        var native = await MinerUnderLoad.PublishAsync(checkout, MinerUnderLoad.Native, MinerUnderLoad.AsNative);
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        var report = new StringBuilder();
        report.AppendLine(await Report.HeadAsync(checkout));
        report.AppendLine();
        report.AppendLine("| A miner with `Replay=memory` | Resident memory, MB |");
        report.AppendLine("|---|---|");
        foreach (
            var (name, program) in ((string, string)[])
                [("ReadyToRun (as published)", MinerUnderLoad.Program(checkout)), ("native (`PublishAot`)", native)]
        )
        {
            await using var miner = await MinerUnderLoad.StartAsync(
                checkout,
                program,
                azurite.ConnectionString,
                ("Bittbridge__Replay", "memory")
            );
            report.AppendLine($"| {name}, when it is ready | {miner.ResidentMB:0} |");
            Report.Say($"{name}: {miner.ResidentMB:0} MB when it is ready");
            for (var thousands = 100; thousands <= 200; thousands += 100)
            {
                if (thousands > 100)
                {
                    // It remembers no more requests than these, and would refuse the next ones.
                    Report.Say($"Waiting {RememberedFor.TotalSeconds:0} s until the miner has forgotten these requests …");
                    await Task.Delay(RememberedFor);
                }

                await AnswerAsync(miner, 100_000);
                report.AppendLine($"| {name}, after {thousands},000 answered challenges | {miner.ResidentMB:0} |");
                Report.Say($"{name}: {miner.ResidentMB:0} MB after {thousands},000 answered challenges");
            }
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "memory run", report.ToString());
        return 0;
    }

    private static async Task AnswerAsync(MinerUnderLoad miner, int challenges)
    {
        for (var answered = 0; answered < challenges; answered += Prepared)
        {
            var run = await LoadRun.PlayAsync(miner.Port, 16, Challenges.Signed(Prepared, NonceWindow.MaxTimeout), NonceWindow.MaxTimeout);
            if (run.Statuses.Count != 1 || run.Statuses.GetValueOrDefault(200) != Prepared)
            {
                throw new CommandException($"Not every challenge was answered with a forecast: {run.InWords}.");
            }
        }
    }
}
