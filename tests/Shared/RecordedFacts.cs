using System.IO.Compression;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Recordings of other implementations, in tests/fixtures: every clone has them, so a missing one fails the test. Those that contain real
/// prices are only beside the repository, in ../shared: a test that needs one is skipped, and says so, where it is not there.
/// </summary>
public static class RecordedFacts
{
    /// <summary>What only ../shared has: windows of real prices, and the folder of the prices themselves.</summary>
    private static readonly string[] OfRealPrices = ["fixtures/statsmodels.jsonl", "data/"];

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
        if (!Array.Exists(OfRealPrices, real => name.StartsWith(real, StringComparison.Ordinal)))
        {
            var own = RepositoryFolder.At("tests", name);
            Assert.True(File.Exists(own), $"The recording tests/{name} is missing, which every clone has: restore it.");
            return own;
        }

        var path = BesideRepository(name);
        Assert.SkipUnless(
            File.Exists(path),
            $"The recording ../shared/{name} is not beside this repository, so what depends on it was not tested."
        );
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
