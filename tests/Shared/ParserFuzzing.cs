using System.Globalization;
using System.Text;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Feeds a parser of outside bytes with mutations of known inputs. Two environment variables set how many and which; a failure names both,
/// so that it can be repeated.
/// </summary>
public static class ParserFuzzing
{
    /// <summary>How many inputs each parser gets; 2,000 unless set.</summary>
    public const string InputsVariable = "BITTBRIDGE_TEST_FUZZ_INPUTS";

    /// <summary>The seed of the mutations; the same one every time unless set.</summary>
    public const string SeedVariable = "BITTBRIDGE_TEST_FUZZ_SEED";

    /// <summary>A parser that takes longer than this for one input hangs.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(1);

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

    public static int Seed { get; } = Number(SeedVariable, 20261125);

    private static int Inputs { get; } = Number(InputsVariable, 2000);

    /// <summary>How many inputs a test makes whose inputs cost as much as <paramref name="cost"/> of the others.</summary>
    public static int Count(int cost = 1) => Math.Max(1, Inputs / cost);

    /// <summary>
    /// Runs <paramref name="parse"/> on the corpus and its mutations; an exception that is not of one of the <paramref name="expected"/>
    /// types fails the test with the input, and so does a parser that does not end.
    /// </summary>
    public static void Run(IReadOnlyList<byte[]> corpus, Action<byte[]> parse, params IReadOnlyCollection<Type> expected) =>
        RunCostly(corpus, cost: 1, parse, expected);

    /// <summary>The same with fewer inputs, for a parser that is slow by its nature.</summary>
    public static void RunCostly(IReadOnlyList<byte[]> corpus, int cost, Action<byte[]> parse, params IReadOnlyCollection<Type> expected)
    {
        Assert.NotEmpty(corpus);
        var (number, input) = (0, Array.Empty<byte>());
        var running = Task.Factory.StartNew(Feed, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var seen = -1; Task.WaitAny([running], MaxTime) < 0; seen = Volatile.Read(ref number))
        {
            Assert.True(Volatile.Read(ref number) != seen, $"{Named(seen, input, cost)} made the parser hang.");
        }

        running.GetAwaiter().GetResult();

        void Feed()
        {
#pragma warning disable CA5394 // The same inputs for the same seed are wanted here.
            var random = new Random(Seed);
            for (; number < corpus.Count + Count(cost); Interlocked.Increment(ref number))
            {
                input = number < corpus.Count ? corpus[number] : Mutate(corpus[random.Next(corpus.Count)], corpus, random);
                try
                {
                    parse(input);
                }
                catch (Exception exception) when (expected.Any(type => type.IsInstanceOfType(exception))) { }
                catch (Exception exception)
                {
                    Assert.Fail($"{Named(number, input, cost)} made the parser throw an unexpected exception: {exception}");
                }
            }
#pragma warning restore CA5394
        }
    }

    /// <summary>An input of a run, with what repeats it.</summary>
    public static string Named(int number, byte[] input, int cost = 1) =>
        $"Input {number} of {SeedVariable}={Seed} {InputsVariable}={(number + 1) * cost} (base64 {Convert.ToBase64String(input)})";

#pragma warning disable CA5394
    /// <summary>One to four changes to an input.</summary>
    public static byte[] Mutate(byte[] from, IReadOnlyList<byte[]> corpus, Random random)
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

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
