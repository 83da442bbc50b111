using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>dotnet shows nothing while it compiles a file, so the build of the commands says it (eng/Directory.Build.targets).</summary>
public static class CompilingTests
{
    [Fact]
    public static async Task The_first_run_of_a_command_says_that_it_compiles_before_it_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the line where no terminal is.");
        var folder = Directory.CreateTempSubdirectory("bittbridge-compiling-");
        try
        {
            var eng = folder.CreateSubdirectory("eng");
            File.Copy(RepositoryFolder.At("eng", "Directory.Build.targets"), Path.Combine(eng.FullName, "Directory.Build.targets"));
            await File.WriteAllTextAsync(Path.Combine(eng.FullName, "hello.cs"), "Console.WriteLine(\"It runs.\");", Token);

            var first = await ChildProcess.RunAsync(Programs.Dotnet(folder.FullName, ["run", "eng/hello.cs"]), onLine: null, Token);
            var second = await ChildProcess.RunAsync(Programs.Dotnet(folder.FullName, ["run", "eng/hello.cs"]), onLine: null, Token);

            Assert.Equal(["  Compiling eng/hello.cs (once, some seconds) ...", "It runs."], first.Lines);
            Assert.Equal(["It runs."], second.Lines);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
