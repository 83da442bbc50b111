using System.Diagnostics;
using System.Security.Cryptography;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>
/// How the gateway's machine installs its packages while another program holds apt's locks: the real script and the real apt, with folders
/// of their own and a dpkg that does nothing.
/// </summary>
public sealed class InstallTests : IDisposable
{
    private static readonly string[] Packages = ["nginx", "nftables", "ca-certificates"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-apt-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("state/lists/lock")]
    [InlineData("state/lock-frontend")]
    [InlineData("cache/archives/lock")]
    public async Task It_waits_for_a_lock_that_another_program_holds(string held)
    {
        Prepare();
        using var install = Start(tries: 600, pause: 1);
        var said = new List<string>();
        using (Hold(held))
        {
            await ReadUntilAsync(install, "tries are left", said);
            await ReadUntilAsync(install, "tries are left", said);
        }

        var rest = install.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await install.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(install.ExitCode == 0, string.Join('\n', said) + await rest);
        Assert.Contains(said, line => line.Contains("lock", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task It_gives_up_after_its_tries_with_a_failure_that_ends_the_deployment()
    {
        Prepare();
        using var held = Hold("state/lists/lock");
        using var install = Start(tries: 2, pause: 0);

        var said = install.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await install.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, install.ExitCode);
        Assert.Contains("could not be installed; the lines above say why", await said, StringComparison.Ordinal);
        Assert.Contains("; 1 tries are left", await said, StringComparison.Ordinal);
    }

    /// <summary>A repository in a folder, whose packages nothing unpacks, and apt's configuration for it.</summary>
    private void Prepare()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/apt-get"),
            "There is no apt-get on this machine, so the installation was not tried: run the tests on Debian or Ubuntu."
        );
        foreach (var folder in new[] { "bin", "repository", "state/lists/partial", "cache/archives/partial", "log", "etc" })
        {
            _folder.CreateSubdirectory(folder);
        }

        File.WriteAllText(At("state/status"), "");
        File.WriteAllText(At("sources.list"), $"deb [trusted=yes] file:{At("repository")} ./\n");
        var index = "";
        foreach (var package in Packages)
        {
            var file = At("repository", package + ".deb");
            File.WriteAllText(file, package);
            index +=
                $"Package: {package}\nVersion: 1\nArchitecture: all\nDescription: stand-in\nFilename: ./{package}.deb\n"
                + $"Size: {package.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}\n\n";
        }

        File.WriteAllText(At("repository/Packages"), index);
        File.WriteAllText(
            At("apt.conf"),
            $"""
            Dir "{_folder.FullName}/";
            Dir::State "state";
            Dir::State::status "{At("state/status")}";
            Dir::Cache "cache";
            Dir::Etc "etc";
            Dir::Etc::sourcelist "{At("sources.list")}";
            Dir::Etc::sourceparts "/dev/null";
            Dir::Log "log";
            Dir::Bin::dpkg "/bin/true";
            APT::Sandbox::User "";
            """
        );

        // The part of the script that installs; the rest changes the machine.
        var script = File.ReadAllText(RepositoryFolder.At("infra", "gateway", "nginx", "install.sh"));
        File.WriteAllText(At("install.sh"), script[..script.IndexOf("\nmain=", StringComparison.Ordinal)]);
        foreach (var program in new[] { "apt-get", "sleep" })
        {
            File.CreateSymbolicLink(At("bin", program), "/usr/bin/" + program);
        }
    }

    private Process Start(int tries, int pause)
    {
        var start = new ProcessStartInfo("/bin/sh", [At("install.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Neither nginx nor nft is found there, wherever this machine has them.
        start.Environment["PATH"] = At("bin");
        start.Environment["APT_CONFIG"] = At("apt.conf");
        start.Environment["LC_ALL"] = "C";
        start.Environment["APT_TRIES"] = $"{tries}";
        start.Environment["APT_PAUSE"] = $"{pause}";
        return Process.Start(start)!;
    }

    /// <summary>A lock as apt takes it.</summary>
    private FileStream Hold(string file)
    {
        var stream = new FileStream(At(file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (!OperatingSystem.IsMacOS())
        {
            stream.Lock(0, 0);
        }

        return stream;
    }

    private static async Task ReadUntilAsync(Process process, string text, List<string> said)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("It ended: " + string.Join('\n', said));
    }

    private string At(params string[] path) => Path.Combine([_folder.FullName, .. path]);
}
