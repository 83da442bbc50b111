using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>Writes lines on a terminal whose wrapped text stays in its column.</summary>
internal static class ConsoleLine
{
    /// <summary>Writes a short head and a text beside it.</summary>
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
