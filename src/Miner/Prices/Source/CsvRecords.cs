using System.Text;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Reads the records of a CSV file (RFC 4180): fields between separators, quoted when they contain a separator, a quote or a line break;
/// lines end with LF, CRLF or CR. Whitespace around a field is ignored.
/// </summary>
/// <param name="reader">The text.</param>
/// <param name="separator">The character between two fields.</param>
public sealed class CsvRecords(TextReader reader, char separator = ',')
{
    /// <summary>The maximum length of a field. It keeps a file without separators from filling the memory.</summary>
    private const int MaxFieldLength = 1000;

    private readonly StringBuilder _field = new();
    private int _nextLine = 1;

    /// <summary>The line on which the last record begins.</summary>
    public int Line { get; private set; }

    /// <summary>The error in the last record, as in "the file has … in line 3"; null for none.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Reads the next record into <paramref name="fields"/>; false at the end of the file, or when <see cref="Problem"/> is set.
    /// </summary>
    public bool TryRead(List<string> fields)
    {
        fields.Clear();
        Line = _nextLine;
        var character = reader.Read();
        if (character < 0)
        {
            return false;
        }

        while (true)
        {
            var end = ReadField(character);
            if (Problem is not null)
            {
                return false;
            }

            fields.Add(_field.ToString());
            if (end != separator)
            {
                return true;
            }

            character = reader.Read();
        }
    }

    /// <summary>
    /// Reads one field, given its first character, and returns what ended it: a separator, a line feed, or -1 at the end of the file.
    /// </summary>
    private int ReadField(int character)
    {
        _field.Clear();
        character = SkipBlanks(character);
        if (character == '"')
        {
            character = SkipBlanks(ReadQuoted());
            Problem ??= EndsField(character)
                ? null
                : $"text between a closing quote and the next {(separator == ',' ? "comma" : "separator")}";
        }
        else
        {
            for (; !EndsField(character) && Problem is null; character = reader.Read())
            {
                Append(character);
            }

            while (_field.Length > 0 && _field[^1] is ' ' or '\t')
            {
                _field.Length--;
            }
        }

        return IsLineEnd(character) ? '\n' : character;
    }

    /// <summary>Reads up to the closing quote, and returns the character after it.</summary>
    private int ReadQuoted()
    {
        while (Problem is null)
        {
            var character = reader.Read();
            if (character < 0)
            {
                Problem = "a quote that is never closed";
            }
            else if (character == '"' && reader.Peek() != '"')
            {
                return reader.Read();
            }
            else if (character == '"')
            {
                Append(reader.Read());
            }
            else
            {
                Append(IsLineEnd(character) ? '\n' : character);
            }
        }

        return -1;
    }

    /// <summary>Counts a line break, which may be two characters.</summary>
    private bool IsLineEnd(int character)
    {
        if (character is not ('\r' or '\n'))
        {
            return false;
        }

        if (character == '\r' && reader.Peek() == '\n')
        {
            reader.Read();
        }

        _nextLine++;
        return true;
    }

    private int SkipBlanks(int character)
    {
        while (character is ' ' or '\t' && character != separator)
        {
            character = reader.Read();
        }

        return character;
    }

    private void Append(int character)
    {
        if (_field.Length == MaxFieldLength)
        {
            Problem = $"a field of more than {MaxFieldLength} characters";
            return;
        }

        _field.Append((char)character);
    }

    private bool EndsField(int character) => character is < 0 or '\r' or '\n' || character == separator;
}
