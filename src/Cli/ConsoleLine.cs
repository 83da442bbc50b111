using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>How words are laid out on a terminal: what wraps stays in its column.</summary>
internal static class ConsoleLine
{
    /// <summary>One line: something short, then words.</summary>
    /// <param name="head">Spectre's markup.</param>
    /// <param name="words">Plain text.</param>
    /// <param name="indent">Columns before the head.</param>
    public static void Line(string head, string words, int indent = 0)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap().PadLeft(indent).PadRight(2));
        grid.AddColumn(new GridColumn().PadRight(0));
        grid.AddRow(new Markup(head), new Text(words));
        AnsiConsole.Write(grid);
    }
}
