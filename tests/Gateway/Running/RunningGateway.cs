using System.Net;
using System.Security.Authentication;
using Bittbridge.Gateway.Tests.App;
using Bittbridge.Gateway.Tests.Wire;

namespace Bittbridge.Gateway.Tests.Running;

/// <summary>The gateway before an app that keeps what it gets, its certificate as it should be unless a test wants it otherwise.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly CertificateAuthority _authority;

    private RunningGateway(CertificateAuthority authority, NameServer names, RecordingApp app, Nginx nginx)
    {
        _authority = authority;
        Names = names;
        App = app;
        Nginx = nginx;
    }

    public RecordingApp App { get; }

    public NameServer Names { get; }

    public Nginx Nginx { get; }

    /// <param name="certifiedName">Whom the app's certificate names.</param>
    /// <param name="certifiedUntil">Until when it is good; null: tomorrow.</param>
    /// <param name="isTrusted">Whether it is signed by the authority that the gateway knows.</param>
    /// <param name="versions">The versions of TLS that the app takes.</param>
    /// <param name="listensOn">The app's address, the loopback address by default.</param>
    /// <param name="patience">How long the gateway waits for a head; as long as the template says when null.</param>
    public static async Task<RunningGateway> StartAsync(
        string certifiedName = Nginx.AppHost,
        DateTimeOffset? certifiedUntil = null,
        bool isTrusted = true,
        SslProtocols versions = SslProtocols.None,
        IPAddress? listensOn = null,
        string? patience = null
    )
    {
        var authority = new CertificateAuthority();
        using var stranger = new CertificateAuthority();
        var names = new NameServer();
        var app = new RecordingApp((isTrusted ? authority : stranger).Issue(certifiedName, certifiedUntil), address: listensOn)
        {
            Versions = versions,
        };
        return new(authority, names, app, await Nginx.StartAsync(app.Port, names, authority, patience));
    }

    /// <summary>Sends bytes to the gateway from an address of this machine.</summary>
    public Task<WireAnswer> SendAsync(string request, string from = "127.0.0.1") => new TestCaller(from).SendAsync(Nginx.Port, request);

    /// <summary>What came over each connection to the app, once as many as expected are closed.</summary>
    public async Task<IReadOnlyList<string>> ReceivedAsync(int connections = 1)
    {
        await Eventually.TrueAsync(
            () => App.Received.Count >= connections,
            () => $"{App.Received.Count} connections to the app of {connections} are over."
        );
        return [.. App.Received];
    }

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        await App.DisposeAsync();
        await Names.DisposeAsync();
        _authority.Dispose();
    }
}
