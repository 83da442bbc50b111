using System.IO.Compression;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Recordings of other implementations, in tests/fixtures: every clone has them, so a missing one fails the test. The windows of real
/// prices that statsmodels computed are only beside the repository, in ../shared; they are used in addition where they are there.
/// </summary>
public static class RecordedFacts
{
    /// <summary>What only ../shared has.</summary>
    public const string OfRealPrices = "fixtures/statsmodels.jsonl";

    /// <summary>The number of lines of each recording: a test of a truncated one would pass with what is left.</summary>
    private static readonly Dictionary<string, int> LineCounts = new()
    {
        ["fixtures/btauth-cases.jsonl"] = 35,
        ["fixtures/chain-rpc.jsonl"] = 8,
        ["fixtures/dendrite-recordings.jsonl"] = 16,
        ["fixtures/scoring.jsonl"] = 80,
        ["fixtures/sr25519.jsonl"] = 241,
        ["fixtures/ss58.jsonl"] = 26,
        ["fixtures/statsmodels-generated.jsonl"] = 7,
        ["fixtures/statsmodels.jsonl"] = 30,
        ["fixtures/v10-cases.jsonl"] = 75,
    };

    /// <summary>The path of a recording, such as <c>fixtures/ss58.jsonl</c>.</summary>
    public static string PathOf(string name)
    {
        if (name == OfRealPrices)
        {
            return BesideRepository(name);
        }

        var path = RepositoryFolder.At("tests", name);
        Assert.True(File.Exists(path), $"The recording tests/{name} is missing, which every clone has: restore it.");
        return path;
    }

    /// <summary>Where a recording is that this repository may not contain.</summary>
    public static string BesideRepository(string name) => Path.GetFullPath(Path.Combine(RepositoryFolder.Root, "..", "shared", name));

    /// <summary>The lines of a recording, which may be compressed: all of them, so that a loop over them tests each.</summary>
    public static IReadOnlyList<string> Lines(string name)
    {
        var (lines, count) = (ReadLines(name), LineCounts[name]);
        Assert.True(lines.Length == count, $"The recording {name} has {lines.Length} lines and should have {count}.");
        return lines;
    }

    private static string[] ReadLines(string name)
    {
        var compressed = RepositoryFolder.At("tests", name + ".gz");
        if (!File.Exists(compressed))
        {
            return File.ReadAllLines(PathOf(name));
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(compressed), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
