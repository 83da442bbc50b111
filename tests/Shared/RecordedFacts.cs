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

    /// <summary>The lines of a recording, which may be compressed: at least one, so that a loop over them tests something.</summary>
    public static IReadOnlyList<string> Lines(string name)
    {
        var lines = ReadLines(name);
        Assert.NotEmpty(lines);
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
