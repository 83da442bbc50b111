using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Recordings of real prices and of the real SDKs, kept beside the repository in ../shared. A test that needs one is skipped, and says so,
/// where it is not there.
/// </summary>
public static class RecordedFacts
{
    /// <summary>The path of a recording, such as <c>fixtures/ss58.jsonl</c>; skips the running test when it is missing.</summary>
    public static string PathOf(string name)
    {
        var path = Path.GetFullPath(Path.Combine(RepositoryFolder.Root, "..", "shared", name));
        Assert.SkipUnless(
            File.Exists(path),
            $"The recording ../shared/{name} is not beside this repository, so what depends on it was not tested."
        );
        return path;
    }

    /// <summary>The lines of a recording.</summary>
    public static IReadOnlyList<string> Lines(string name) => File.ReadAllLines(PathOf(name));
}
