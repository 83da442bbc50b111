namespace Bittbridge.Cli.Tests;

public sealed class TrimmedOutputTests
{
    [Fact]
    public void Blanks_at_the_ends_of_lines_are_left_out_and_no_others()
    {
        using var file = new StringWriter();
        using var output = new TrimmedOutput(file);

        output.Write("  a  b   ");
        output.Flush();
        output.Write("  c    ");
        output.Write("\r\n \n{\"x\": 1}  ");
        output.WriteLine();
        output.Write("end  ");
        output.Flush();

        Assert.Equal($"  a  b     c\r\n\n{{\"x\": 1}}{Environment.NewLine}end", file.ToString());
    }
}
