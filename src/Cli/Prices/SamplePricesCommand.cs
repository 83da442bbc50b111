using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Spectre.Console;

namespace Bittbridge.Cli.Prices;

/// <summary><c>bittbridge prices sample</c>: writes simulated prices.</summary>
internal static class SamplePricesCommand
{
    private const int DefaultSeed = 420;

    /// <summary>Fixed, so that the same command always writes the same file.</summary>
    private static readonly DateTimeOffset DefaultEnd = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static readonly Option<FileInfo?> Out = PriceOutput.Option();
    private static readonly Option<int> Days = ValueOptions.WholeNumber("--days", "How many days", 3, 366, 21);
    private static readonly Option<int> Seed = ValueOptions.WholeNumber(
        "--seed",
        "Another seed gives other prices, the same one the same prices",
        0,
        int.MaxValue,
        DefaultSeed
    );

    public static Command Create()
    {
        var command = new Command(
            "sample",
            "Writes simulated prices to a CSV file, to try the commands that measure models. They have the sizes of the real price's moves "
                + "and its gaps, but no model that is better on them is better on real prices."
        )
        {
            Out,
            Days,
            Seed,
        };
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        PriceOutput.Write(parsed.GetValue(Out)!, PriceSample.Of(DefaultEnd, parsed.GetValue(Days), parsed.GetValue(Seed)));
        AnsiConsole.MarkupLine("They are SIMULATED, not real.");
        return 0;
    }
}
