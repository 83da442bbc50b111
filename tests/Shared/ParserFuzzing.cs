using System.Globalization;
using System.Text;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Feeds a parser of outside bytes with mutations of known inputs. A fixed seed makes every run the same; the variable below makes it
/// longer.
/// </summary>
public static class ParserFuzzing
{
    /// <summary>How many inputs each parser gets; 2,000 unless set.</summary>
    public const string InputsVariable = "BITTBRIDGE_TEST_FUZZ_INPUTS";

    private const int Seed = 20261125;

    // Tokens at which parsers of JSON, CSV, hex and SCALE tend to fail.
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null",
            "true",
            "{}",
            "[]",
            "\"\"",
            "\"\\ud800\"",
            "\\udfff",
            "\\u0000",
            "1e999",
            "-1e999",
            "1e308",
            "-0",
            "NaN",
            "Infinity",
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "0.1e-400",
            ",",
            ":",
            "\"",
            "'",
            ";",
            "\r\n",
            "\t",
            "[[[[[[[[",
            "{\"a\":{\"a\":",
            "0x",
            "é",
            "\U0001F600",
            "\uFEFF",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80],
        [0],
        [0xff, 0xff, 0xff, 0xff],
        [0x03, 0xff, 0xff, 0xff, 0xff],
    ];

    /// <summary>
    /// Runs <paramref name="parse"/> on the corpus and its mutations; an exception that is not of one of the <paramref name="expected"/>
    /// types fails the test with the input.
    /// </summary>
    public static void Run(IReadOnlyList<byte[]> corpus, Action<byte[]> parse, params IReadOnlyCollection<Type> expected)
    {
        Assert.NotEmpty(corpus);
        var count = int.Parse(Environment.GetEnvironmentVariable(InputsVariable) ?? "2000", CultureInfo.InvariantCulture);
#pragma warning disable CA5394 // The same inputs every time are wanted here.
        var random = new Random(Seed);
        for (var i = 0; i < corpus.Count + count; i++)
        {
            var input = i < corpus.Count ? corpus[i] : Mutate(corpus[random.Next(corpus.Count)], corpus, random);
            try
            {
                parse(input);
            }
            catch (Exception exception) when (expected.Any(type => type.IsInstanceOfType(exception))) { }
            catch (Exception exception)
            {
                Assert.Fail(
                    $"Input {i} (base64 {Convert.ToBase64String(input)}) made the parser throw an unexpected exception: {exception}"
                );
            }
        }
    }

    private static byte[] Mutate(byte[] from, IReadOnlyList<byte[]> corpus, Random random)
    {
        var bytes = from.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                    break;
                case 4 when at < bytes.Count:
                    // A token in place of what is there keeps the rest of the structure.
                    var token = Tokens[random.Next(Tokens.Length)];
                    bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
                    bytes.InsertRange(at, token);
                    break;
                case 5:
                    var other = corpus[random.Next(corpus.Count)];
                    var start = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[start..random.Next(start, other.Length + 1)]);
                    break;
                default:
                    bytes.AddRange(bytes.GetRange(at, random.Next(bytes.Count - at + 1)));
                    break;
            }
        }

        return [.. bytes];
    }
#pragma warning restore CA5394
}
