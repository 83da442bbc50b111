using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Azure;

namespace Bittbridge.Infra.Tests;

/// <summary>The hook that azd runs after a deployment, against a stand-in for Azure, the app and the gateway.</summary>
public sealed class VerificationTests
{
    private const string Key = "the-master-key-of-the-app";
    private const string Site = "/subscriptions/s-1/resourceGroups/prod-bittbridge/providers/Microsoft.Web/sites/bittbridge-abc";
    private const string Reference = "Bittbridge__CoinGecko__ApiKey";
    private const string References = Site + "/config/configreferences/appsettings";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_deployment_is_proven_from_the_secrets_to_a_signed_challenge_and_no_secret_is_shown()
    {
        await using var azure = Good(challenge: (200, """{"prediction": 7.1, "interval": [7.0, 7.2]}"""));

        var (status, said) = await RunAsync(azure, ("MINER_VAULT_SECRETS", "CoinGecko:ApiKey"), Gateway(azure).Ip, Gateway(azure).Port);

        Assert.True(status == 0, said);
        Assert.Equal(
            [
                $"POST {References}/refresh?api-version=2022-03-01",
                $"GET {References}?api-version=2022-03-01",
                $"POST {Site}/host/default/listKeys?api-version=2025-03-01",
                "POST /admin/functions/RefreshPrices",
                "GET /health/ready",
                "POST /Challenge",
            ],
            azure.Requests.Select(asked => $"{asked.Method} {asked.Target}")
        );
        var requests = azure.Requests.ToList();
        Assert.Every(requests.Take(3), asked => Assert.Equal("Bearer a-token-of-azd", asked.Header("Authorization")));
        Assert.Equal((Key, """{"input":""}"""), (requests[3].Header("x-functions-key"), requests[3].Body));
        Assert.Equal(BicepDeployment.Hotkey, requests[5].Header("bt_header_axon_hotkey"));
        Assert.NotNull(requests[5].Header("bt_header_dendrite_signature"));
        Assert.DoesNotContain(Key, said, StringComparison.Ordinal);
        Assert.DoesNotContain("a-token-of-azd", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_for_want_of_a_permit_comes_from_the_miner_and_is_proof_too()
    {
        await using var azure = Good(challenge: (403, """{"message": "Forbidden. Key is blacklisted: no validator permit."}"""));

        var (status, said) = await RunAsync(azure, Gateway(azure).Ip, Gateway(azure).Port);

        Assert.True(status == 0, said);
        Assert.Contains("no validator permit", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_for_a_secret_and_asks_the_platform_to_look_again()
    {
        var looked = 0;
        await using var azure = Good(reference: () => Interlocked.Increment(ref looked) < 8 ? "AccessToKeyVaultDenied" : "Resolved");

        var (status, said) = await RunAsync(azure, ("MINER_VAULT_SECRETS", "CoinGecko:ApiKey"));

        Assert.True(status == 0, said);
        Assert.Equal(8, looked);
        Assert.Equal(2, azure.Requests.Count(asked => asked.Target.StartsWith(References + "/refresh", StringComparison.Ordinal)));
        Assert.Contains("Bittbridge__CoinGecko__ApiKey: AccessToKeyVaultDenied", said, StringComparison.Ordinal);
        Assert.Contains("The app has its secrets.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_stays_away_ends_the_command_red_and_does_not_keep_prices_back()
    {
        await using var azure = Good(reference: () => "SecretNotFound");

        var (status, said) = await RunAsync(azure, ("MINER_VAULT_SECRETS", "CoinGecko:ApiKey"));

        Assert.Equal(1, status);
        Assert.Contains("did not get its secrets (Bittbridge__CoinGecko__ApiKey: SecretNotFound)", said, StringComparison.Ordinal);
        Assert.Contains("The first prices are being fetched.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_to_which_the_app_has_no_reference_is_missing()
    {
        await using var azure = Good();

        var (status, said) = await RunAsync(azure, ("MINER_VAULT_SECRETS", "CoinGecko:ApiKey,ModelToken"));

        Assert.Equal(1, status);
        Assert.Contains("did not get its secrets (Bittbridge__ModelToken: no reference)", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_ends_during_the_wait_is_asked_for_again()
    {
        var asked = 0;
        await using var azure = new StandInAzure(request =>
            request.Target.Contains("listKeys", StringComparison.Ordinal)
                ? Interlocked.Increment(ref asked) switch
                {
                    1 => (200, "{}"),
                    2 => (401, "{}"),
                    _ => (200, $$"""{"masterKey": "{{Key}}"}"""),
                }
                : (200, "{}")
        );

        var (status, said) = await RunAsync(azure);

        Assert.True(status == 0, said);
        Assert.Equal(3, asked);
        Assert.DoesNotContain("401", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_for_an_app_that_is_not_up_yet_and_for_a_miner_that_is_not_ready()
    {
        var (prices, ready) = (0, 0);
        await using var azure = Good(
            prices: () => Interlocked.Increment(ref prices) < 3 ? 503 : 202,
            ready: () => Interlocked.Increment(ref ready) < 3 ? 503 : 200
        );

        var (status, said) = await RunAsync(azure);

        Assert.True(status == 0, said);
        Assert.Equal((3, 3), (prices, ready));
        Assert.Contains("not up yet (status 503)", said, StringComparison.Ordinal);
        Assert.Contains("not ready yet (status 503)", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 200, "could not be fetched at once")]
    [InlineData(202, 503, "The miner is not ready: see http://")]
    public async Task What_does_not_come_in_time_ends_the_command_red(int prices, int ready, string problem)
    {
        await using var azure = Good(prices: () => prices, ready: () => ready);

        var (status, said) = await RunAsync(azure);

        Assert.Equal(1, status);
        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.InRange(azure.Requests.Count, 1, 60);
    }

    [Fact]
    public async Task Without_the_apps_key_the_app_is_not_asked_for_prices()
    {
        await using var azure = new StandInAzure(asked => (asked.Target.Contains("listKeys", StringComparison.Ordinal) ? 500 : 200, "{}"));

        var (status, _) = await RunAsync(azure);

        Assert.Equal(1, status);
        Assert.DoesNotContain(azure.Requests, asked => asked.Target.StartsWith("/admin/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task An_app_that_refuses_this_address_is_proven_through_its_gateway_or_not_at_all(bool gateway, int expected)
    {
        await using var azure = Good(prices: () => 403);

        var (status, said) = await RunAsync(azure, gateway ? [Gateway(azure).Ip, Gateway(azure).Port] : []);

        Assert.Equal(expected, status);
        Assert.Contains("MINER_OPERATOR_ADDRESSES", said, StringComparison.Ordinal);
        Assert.DoesNotContain(azure.Requests, asked => asked.Target == "/health/ready");
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, false)]
    [InlineData(502, false)]
    public async Task A_gateway_that_does_not_lead_to_this_miner_ends_the_command_red(int answer, bool asTheMiner)
    {
        await using var azure = Good(challenge: (answer, """{"message": "no"}"""), asTheMiner: asTheMiner);

        var (status, said) = await RunAsync(azure, Gateway(azure).Ip, Gateway(azure).Port);

        Assert.Equal(1, status);
        Assert.Contains($"does not reach the miner (status {answer}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_anything_is_provisioned_it_says_so() =>
        Assert.Contains(
            "run 'azd provision' first",
            (
                await Assert.ThrowsAsync<CommandException>(() =>
                    new Verification(new(new Dictionary<string, string?>()), AzdAsync, TextWriter.Null, TimeSpan.Zero).RunAsync(Ct)
                )
            ).Message,
            StringComparison.Ordinal
        );

    private static StandInAzure Good(
        Func<string>? reference = null,
        Func<int>? prices = null,
        Func<int>? ready = null,
        (int Status, string Body)? challenge = null,
        bool asTheMiner = true
    ) =>
        new(asked =>
            asked.Target switch
            {
                "/Challenge" => challenge ?? (403, """{"message": "no permit"}"""),
                "/health/ready" => (ready?.Invoke() ?? 200, """{"status": "Healthy"}"""),
                _ when asked.Target.StartsWith("/admin/", StringComparison.Ordinal) => (prices?.Invoke() ?? 202, ""),
                _ when asked.Target.Contains("listKeys", StringComparison.Ordinal) => (
                    200,
                    $$"""{ "masterKey": "{{Key}}", "functionKeys": { "default": "another" }, "systemKeys": {} }"""
                ),
                _ when asked.Target.StartsWith(References + "?", StringComparison.Ordinal) => (
                    200,
                    $$"""{"value": [{"name": "{{Reference}}", "properties": {"status": "{{reference?.Invoke() ?? "Resolved"}}" } }]}"""
                ),
                _ => (200, ""),
            }
        )
        {
            Header = asTheMiner ? ("bt_header_axon_status_code", "200") : null,
        };

    private static ((string, string) Ip, (string, string) Port) Gateway(StandInAzure azure) =>
        (("MINER_PUBLIC_IP", "127.0.0.1"), ("MINER_PUBLIC_PORT", azure.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static async Task<(int Status, string Said)> RunAsync(StandInAzure azure, params (string Name, string Value)[] environment)
    {
        using var output = new StringWriter();
        var variables = environment
            .Concat([
                ("AZURE_SUBSCRIPTION_ID", "s-1"),
                ("AZURE_RESOURCE_GROUP", "prod-bittbridge"),
                ("AZURE_RESOURCE_MANAGER", azure.Address),
                ("MINER_FUNCTION_APP", "bittbridge-abc"),
                ("MINER_HOTKEY", BicepDeployment.Hotkey),
                ("MINER_URL", azure.Address),
            ])
            .ToDictionary(variable => variable.Item1, variable => (string?)variable.Item2);
        var status = await new Verification(new(variables), AzdAsync, output, TimeSpan.Zero).RunAsync(Ct);
        return (status, output.ToString());
    }

    private static Task<string> AzdAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        Assert.Equal(["auth", "token", "--output", "json"], arguments);
        return Task.FromResult("""{"token": "a-token-of-azd", "expiresOn": "2026-11-24T00:00:00Z"}""");
    }
}
