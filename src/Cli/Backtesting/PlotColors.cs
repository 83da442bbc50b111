using System.CommandLine;
using Bittbridge.Cli.CommandLines;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// The colors of a plot. Options use this and not <see cref="PlotTheme"/>, so that only a command that draws loads the library that draws,
/// which the program of a model's own file does not have.
/// </summary>
internal enum PlotColors
{
    Light,
    Dark,
}

/// <summary>The option for <see cref="PlotColors"/>.</summary>
internal static class PlotOption
{
    public static Option<PlotColors> Theme() =>
        ValueOptions.Choice("--theme", "The colors of the plot: light or dark", ("light", PlotColors.Light), ("dark", PlotColors.Dark));
}
