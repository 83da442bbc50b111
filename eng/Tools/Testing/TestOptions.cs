namespace Bittbridge.Tools.Testing;

/// <summary>The command line of eng/test.cs.</summary>
public sealed record TestOptions
{
    public const string Help = """
        Restores, builds, checks the formatting and runs every test.

          dotnet run eng/test.cs [options]

          --filter TEXT   only the test projects whose name contains TEXT
          --help          this text; dotnet keeps --help for itself, so write: dotnet run eng/test.cs -- --help

        It needs the .NET SDK 10 and Node with npm. It starts an Azurite of its own, in memory and on free ports, and hands its connection string to
        the tests as BITTBRIDGE_TEST_STORAGE. Where a restore fails only for want of the Functions worker packages, src/Functions is left out.

        The last line is "N passed, N failed"; what was skipped stands above it with its reason. A failed restore, build or formatting check counts as one failure.
        Exit status: 0 when everything succeeded, 1 when not, 2 wrong usage, 130 interrupted.
        """;

    /// <summary>Part of a project's name; null for all.</summary>
    public string? Filter { get; private init; }

    public bool WantsHelp { get; private init; }

    public static TestOptions Parse(IReadOnlyList<string> args)
    {
        var options = new Options(args, ["--help"], ["--filter"]);
        return new TestOptions { Filter = options["--filter"], WantsHelp = options.Has("--help") };
    }
}
