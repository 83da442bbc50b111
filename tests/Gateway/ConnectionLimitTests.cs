using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Gateway.Tests;

/// <summary>
/// The kernel's limit of connections by address, as far as it can be tested without being root: its rules are what nft takes.
/// </summary>
public sealed class ConnectionLimitTests
{
    private static string Rules =>
        File.ReadAllText(RepositoryFolder.At("infra", "gateway", "nginx", "connections.nft.template"))
            .Replace("${LISTEN_PORT}", "8091", StringComparison.Ordinal);

    [Fact]
    public async Task Nft_takes_its_rules()
    {
        var program = Programs.Find("nft") ?? "/usr/sbin/nft";
        Assert.SkipUnless(
            File.Exists(program),
            "nft is not installed here, so the limit of connections by address was not checked: apt-get install nftables."
        );
        var folder = Directory.CreateTempSubdirectory("bittbridge-nft-");
        try
        {
            var file = Path.Combine(folder.FullName, "connections.nft");
            await File.WriteAllTextAsync(file, Rules, TestContext.Current.CancellationToken);

            // In a network namespace of its own: looking at rules asks the kernel, which answers root alone.
            var unshare = Programs.Find("unshare");
            Assert.SkipUnless(
                unshare is not null,
                "unshare is not installed here, so the limit of connections by address was not checked: apt-get install util-linux."
            );
            await using var nft = ChildProcess.Start(
                Cli.Wrap(unshare)
                    .WithArguments(["--map-root-user", "--net", program, "--check", "--file", file])
                    .WithWorkingDirectory(folder.FullName)
            );
            await Eventually.TrueAsync(() => nft.HasExited, () => "nft goes on and on.");
            var said = string.Join(Environment.NewLine, nft.LastLines);

            Assert.SkipWhen(
                said.Contains("unshare failed", StringComparison.Ordinal)
                    || said.Contains("Operation not permitted", StringComparison.Ordinal),
                "No network namespace can be made here, so the limit of connections by address was not checked: allow this user to make "
                    + "user namespaces (sysctl user.max_user_namespaces), or run the tests outside the container."
            );
            Assert.Equal(0, await nft.WaitForExitAsync(TestContext.Current.CancellationToken));
            Assert.Equal("", said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void It_lets_an_address_have_more_connections_than_challenges_under_way_and_leaves_the_others_theirs()
    {
        var perAddress = int.Parse(Rules.Split("ct count over ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        var challenges = int.Parse(
            Template.Text.Split("limit_conn connections ")[1].Split(';')[0],
            System.Globalization.CultureInfo.InvariantCulture
        );

        Assert.InRange(perAddress, 2 * challenges, 500);
    }
}
