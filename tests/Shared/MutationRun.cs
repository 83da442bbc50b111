using Xunit;

namespace Bittbridge.Testing;

/// <summary>A run of mutation tests, in which every expression is wrapped and code is many times slower.</summary>
public static class MutationRun
{
    /// <summary>Skips a test that takes a second or more even without mutants; the score is then at most too low.</summary>
    public static void SkipSlow() =>
        Assert.SkipWhen(Environment.GetEnvironmentVariable("MutationFolder") is { Length: > 0 }, "Too slow for mutation tests.");
}
