using System.Text;

namespace Bittbridge.Cli;

/// <summary>
/// Leaves out blanks at the ends of lines: tables pad their cells, which a terminal needs and which only bloats a file or a mail.
/// </summary>
internal sealed class TrimmedOutput(TextWriter output) : TextWriter
{
    private int _blanks;

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value)
    {
        switch (value)
        {
            case ' ':
                _blanks++;
                return;
            case '\r' or '\n':
                _blanks = 0;
                break;
            default:
                for (; _blanks > 0; _blanks--)
                {
                    output.Write(' ');
                }

                break;
        }

        output.Write(value);
    }

    /// <summary>Blanks that may end a line stay here until more is written.</summary>
    public override void Flush() => output.Flush();
}
