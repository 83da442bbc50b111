using System.Net;
using System.Security.Authentication;
using System.Text;
using Bittbridge.Gateway.Tests.App;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;

namespace Bittbridge.Gateway.Tests;

/// <summary>Whom the gateway takes for the app, where it looks for it, and how long it waits.</summary>
public sealed class UpstreamTests
{
    // The app at each of them, so that there would be somebody to try next.
    private static readonly IPAddress[] Several = [IPAddress.Loopback, IPAddress.Parse("127.0.0.78"), IPAddress.Parse("127.0.0.79")];

    [Theory]
    [InlineData("another name", "somebody.else.test", true, false)]
    [InlineData("a name above the app's", "gateway.test", true, false)]
    [InlineData("an authority that nobody knows", Nginx.AppHost, false, false)]
    [InlineData("a certificate that is over", Nginx.AppHost, true, true)]
    public async Task An_app_that_does_not_prove_who_it_is_gets_nothing(string what, string name, bool isTrusted, bool isOver)
    {
        var until = isOver ? TimeProvider.System.GetUtcNow().AddMinutes(-5) : (DateTimeOffset?)null;
        await using var gateway = await RunningGateway.StartAsync(name, until, isTrusted);

        var answer = await gateway.SendAsync(Requests.Challenge());

        Assert.True(answer.Status == 502, $"{what}: {answer.Text}");
        Assert.Equal("The miner is out of the gateway's reach.", answer.Message);
        Assert.Equal("502", answer.Header("bt_header_axon_status_code"));
        Assert.Equal(1, gateway.App.Accepted);
        await gateway.App.DisposeAsync();
        Assert.Equal("", string.Concat(gateway.App.Received));
        Assert.Contains(gateway.Nginx.Log("error.log"), line => line.Contains("certificate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*.gateway.test")]
    [InlineData(Nginx.AppHost)]
    public async Task The_apps_own_name_is_enough_by_itself_or_under_a_star(string name)
    {
        await using var gateway = await RunningGateway.StartAsync(name);

        Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge())).Status);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task It_speaks_TLS_from_version_1_2_on(SslProtocols version)
    {
        await using var gateway = await RunningGateway.StartAsync(versions: version);

        Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge())).Status);
    }

    [Fact]
    public async Task A_new_address_of_the_app_is_followed_while_it_runs()
    {
        await using var gateway = await RunningGateway.StartAsync();
        Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge())).Status);
        using var authority = new CertificateAuthority();
        await using var elsewhere = new RecordingApp(authority.Issue(Nginx.AppHost), gateway.App.Port, IPAddress.Parse("127.0.0.77"));

        gateway.Names.Addresses = [IPAddress.Parse("127.0.0.77")];

        await Eventually.TrueAsync(
            async () => (await gateway.SendAsync(Requests.Challenge(), from: "127.0.0.3")).Status == 502 && elsewhere.Accepted > 0,
            () => "It goes on with the address from before."
        );
    }

    [Fact]
    public async Task It_starts_without_the_apps_name_being_known_and_answers_once_it_is()
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Names.Addresses = [];

        var unknown = await gateway.SendAsync(Requests.Challenge());
        gateway.Names.Addresses = [IPAddress.Loopback];
        var next = await gateway.SendAsync(Requests.Challenge());
        await Eventually.TrueAsync(
            async () => (await gateway.SendAsync(Requests.Challenge(), from: "127.0.0.3")).Status == 200,
            () => next.Text
        );

        Assert.Equal((502, "The miner is out of the gateway's reach."), (unknown.Status, unknown.Message));
    }

    [Fact]
    public async Task A_challenge_that_the_app_does_not_answer_is_given_up_and_never_sent_again()
    {
        await using var gateway = await RunningGateway.StartAsync(listensOn: IPAddress.Any);
        gateway.Names.Addresses = Several;
        var never = new TaskCompletionSource();
        gateway.App.BeforeAnswer = never.Task;

        var started = TimeProvider.System.GetTimestamp();

        var answer = await gateway.SendAsync(Requests.Challenge());

        // A validator waits for twelve seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 11, 180);
        Assert.Equal((504, "The miner did not answer the gateway in time."), (answer.Status, answer.Message));
        Assert.Equal(1, gateway.App.Accepted);
    }

    [Fact]
    public async Task A_challenge_whose_answer_breaks_off_is_never_sent_again()
    {
        await using var gateway = await RunningGateway.StartAsync(listensOn: IPAddress.Any);
        gateway.Names.Addresses = Several;
        gateway.App.AnswersWith = "HTTP/1.1 200 OK\r\nbt_hea";
        gateway.App.HangsUp = true;

        var answer = await gateway.SendAsync(Requests.Challenge());

        Assert.Equal(502, answer.Status);
        Assert.Equal(1, gateway.App.Accepted);
    }

    [Fact]
    public async Task A_caller_that_goes_away_takes_its_challenge_with_it()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var never = new TaskCompletionSource();
        gateway.App.BeforeAnswer = never.Task;
        using (var client = await new TestCaller().ConnectAsync(gateway.Nginx.Port))
        {
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Requests.Challenge()), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => gateway.App.Accepted == 1, () => "The challenge did not reach the app.");
        }

        // 504 would be the end of the wait for the app.
        await Eventually.TrueAsync(() => gateway.Nginx.Log("miner.log").Count > 0, () => "The gateway goes on waiting.");
        Assert.Contains(" 499 ", Assert.Single(gateway.Nginx.Log("miner.log")), StringComparison.Ordinal);
    }
}
