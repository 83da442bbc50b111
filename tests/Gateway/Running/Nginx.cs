using System.Globalization;
using Bittbridge.Gateway.Tests.App;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Gateway.Tests.Running;

/// <summary>The real nginx with the gateway's configuration, in a folder and on a port of its own.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    /// <summary>The app's host name, which nobody but a test's own name server knows.</summary>
    public const string AppHost = "miner.gateway.test";

    private const string HeadTimeout = "client_header_timeout 5s;";

    // Where Debian's nginx keeps what does not fit into memory; a test's keeps it in its own folder.
    private const string Folders = """
        client_body_temp_path FOLDER/body;
        proxy_temp_path FOLDER/proxy;
        fastcgi_temp_path FOLDER/fastcgi;
        uwsgi_temp_path FOLDER/uwsgi;
        scgi_temp_path FOLDER/scgi;
        """;

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private Nginx(ChildProcess process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The lines of a log so far; those of <c>miner.log</c> are the gateway's own.</summary>
    public IReadOnlyList<string> Log(string name) => File.Exists(PathOf(name)) ? File.ReadAllLines(PathOf(name)) : [];

    /// <summary>Starts it, or skips the running test where it can't be had.</summary>
    /// <param name="appPort">Where the app listens.</param>
    /// <param name="names">Who knows the app's address.</param>
    /// <param name="authority">Who may have signed the app's certificate.</param>
    /// <param name="patience">How long it waits for a head; as long as the template says when null.</param>
    public static async Task<Nginx> StartAsync(int appPort, NameServer names, CertificateAuthority authority, string? patience = null)
    {
        var program = Programs.Find("nginx") ?? "/usr/sbin/nginx";
        Assert.SkipUnless(File.Exists(program), "nginx is not installed here, so the gateway was not tested: apt-get install nginx.");
        Assert.SkipUnless(
            OperatingSystem.IsLinux(),
            "Only Linux lets a test call from several loopback addresses, so the gateway was not tested."
        );

        var folder = Directory.CreateTempSubdirectory("bittbridge-gateway-");
        var port = Ports.Free();
        var authorities = Path.Combine(folder.FullName, "authorities.pem");
        await File.WriteAllTextAsync(authorities, authority.Pem, TestContext.Current.CancellationToken);
        folder.CreateSubdirectory("conf.d");
        var configuration = Template
            .FillIn(
                Template.Text,
                [
                    new("LISTEN_PORT", Invariant(port)),
                    new("APP_HOST", AppHost),
                    new("APP_PORT", Invariant(appPort)),
                    new("RESOLVER", $"127.0.0.1:{Invariant(names.Port)}"),
                    new("CA_FILE", authorities),
                ]
            )
            .Replace(Template.LogFolder, folder.FullName, StringComparison.Ordinal)
            .Replace(HeadTimeout, patience is null ? HeadTimeout : $"client_header_timeout {patience};", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "conf.d", "miner.conf"),
            configuration,
            TestContext.Current.CancellationToken
        );
        var main = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(main, Template.Around(folder.FullName), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "conf.d", "folders.conf"),
            Folders.Replace("FOLDER", folder.FullName, StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

        var nginx = new Nginx(
            ChildProcess.Start(
                Cli.Wrap(program)
                    .WithArguments(["-p", folder.FullName, "-c", main, "-g", "daemon off;"])
                    .WithWorkingDirectory(folder.FullName)
            ),
            folder,
            port
        );
        await Eventually.TrueAsync(() => nginx.Listens(), nginx.LastWords);
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private bool Listens()
    {
        Assert.False(_process.HasExited, LastWords());
        return Ports.IsBusy(Port);
    }

    private string LastWords() => string.Join(Environment.NewLine, _process.LastLines.Concat(Log("error.log")));
}
