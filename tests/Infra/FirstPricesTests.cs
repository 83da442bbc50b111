using System.Diagnostics;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>The hook that azd runs after a deployment, run by the real shell against a stand-in for Azure and for the app.</summary>
public sealed class FirstPricesTests : IDisposable
{
    private const string Key = "the-master-key-of-the-app";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-hook-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_runs_the_timer_with_the_master_key_and_shows_no_secret()
    {
        using var azure = new StandInAzure(asked => asked.Target.StartsWith("/admin/", StringComparison.Ordinal) ? (202, "") : (200, Keys));

        var (status, said) = await RunAsync(azure.Address);

        Assert.Equal(0, status);
        Assert.Collection(
            azure.Requests,
            listing =>
            {
                Assert.Equal("POST", listing.Method);
                Assert.Equal(
                    "/subscriptions/s-1/resourceGroups/prod-bittbridge/providers/Microsoft.Web/sites/bittbridge-abc/host/default/listKeys?api-version=2025-03-01",
                    listing.Target
                );
                Assert.Equal("Bearer a-token-of-azd", listing.Header("Authorization"));
            },
            running =>
            {
                Assert.Equal(
                    ("POST", "/admin/functions/RefreshPrices", """{"input":""}"""),
                    (running.Method, running.Target, running.Body)
                );
                Assert.Equal(Key, running.Header("x-functions-key"));
                Assert.Equal("application/json", running.Header("Content-Type"));
            }
        );
        Assert.DoesNotContain(Key, said, StringComparison.Ordinal);
        Assert.DoesNotContain("a-token-of-azd", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_for_an_app_that_is_not_up_yet()
    {
        var asked = 0;
        using var azure = new StandInAzure(request =>
            request.Target.StartsWith("/admin/", StringComparison.Ordinal)
                ? (Interlocked.Increment(ref asked) < 3 ? 503 : 202, "")
                : (200, Keys)
        );

        var (status, said) = await RunAsync(azure.Address);

        Assert.Equal((0, 3), (status, asked));
        Assert.Contains("not up yet (status 503)", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_to_do_when_the_app_refuses_the_address()
    {
        using var azure = new StandInAzure(request =>
            request.Target.StartsWith("/admin/", StringComparison.Ordinal) ? (403, "Ip Forbidden") : (200, Keys)
        );

        var (status, said) = await RunAsync(azure.Address);

        Assert.Equal(1, status);
        Assert.Contains("MINER_OPERATOR_ADDRESSES", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_gives_up_after_six_tries_and_never_asks_the_app_without_a_key()
    {
        using var azure = new StandInAzure(_ => (500, "{}"));

        var (status, said) = await RunAsync(azure.Address);

        Assert.Equal(1, status);
        Assert.Equal(6, azure.Requests.Count);
        Assert.DoesNotContain(azure.Requests, request => request.Target.StartsWith("/admin/", StringComparison.Ordinal));
        Assert.Contains("within five minutes", said, StringComparison.Ordinal);
    }

    private static string Keys => $$"""{ "masterKey": "{{Key}}", "functionKeys": { "default": "another" }, "systemKeys": {} }""";

    private async Task<(int Status, string Said)> RunAsync(string address)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows(),
            "The hook for sh was not run: there is no sh on Windows, where azd runs first-prices.ps1."
        );
        var azd = Path.Combine(_folder.FullName, "azd");
        await File.WriteAllTextAsync(
            azd,
            "#!/bin/sh\n[ \"$*\" = 'auth token --output json' ] && printf '{\\n  \"token\": \"a-token-of-azd\",\\n  \"expiresOn\": "
                + "\"2026-11-24T00:00:00Z\"\\n}\\n'\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(azd, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo("sh", [RepositoryFolder.At("infra", "hooks", "first-prices.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = _folder.FullName + Path.PathSeparator + start.Environment["PATH"];
        start.Environment["AZURE_SUBSCRIPTION_ID"] = "s-1";
        start.Environment["AZURE_RESOURCE_GROUP"] = "prod-bittbridge";
        start.Environment["MINER_FUNCTION_APP"] = "bittbridge-abc";
        start.Environment["MINER_URL"] = address;
        start.Environment["AZURE_RESOURCE_MANAGER"] = address;
        start.Environment["FIRST_PRICES_PAUSE"] = "0";
        using var hook = Process.Start(start)!;
        var said = await Task.WhenAll(
            hook.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            hook.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await hook.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (hook.ExitCode, string.Concat(said));
    }
}
