using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Cli.Tests.Doctor;

[Collection(CommandRun.Console)]
public sealed class DoctorCommandTests(TestStorage storage) : IClassFixture<TestStorage>
{
    [Fact]
    public async Task When_nothing_is_wrong_every_check_passes_and_the_exit_status_is_0()
    {
        await using var doctor = new DoctorRun(storage);
        await doctor.KeepPriceAsync(minutesAgo: 1);

        var (status, findings, output) = await doctor.AskAsync();

        Assert.Equal(["version", "settings", "storage", "price age", "CoinGecko", "chain", "hotkey", "axon", "clock"], findings.Keys);
        Assert.Every(findings.Values, finding => Assert.True(finding.Level == "passed", output));
        Assert.Equal(0, status);
        Assert.Contains("as uid 7", findings["hotkey"].Detail, StringComparison.Ordinal);
        Assert.Contains("8.8.8.8:8091", findings["axon"].Detail, StringComparison.Ordinal);
        Assert.Contains("7.1035 CNY", findings["CoinGecko"].Detail, StringComparison.Ordinal);
        Assert.Contains("304 hotkeys", findings["chain"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"values":[{"datetime":"TIME","close":"7.1123"}],"status":"ok"}""", "passed", "1 USD is 7.1123 CNH")]
    [InlineData(200, """{"values":[{"datetime":"2026-01-05 10:00:00","close":"7.1123"}],"status":"ok"}""", "warning", "2026-01-05")]
    [InlineData(200, """{"code":401,"message":"the key SECRET","status":"error"}""", "failed", "Twelve Data answered with an error")]
    [InlineData(429, "{}", "failed", "Twelve Data answered 429")]
    public async Task The_offshore_rate_is_read_where_a_key_is_set(int status, string body, string level, string detail)
    {
        await using var twelveData = new StandInServer(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
            var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm:00", CultureInfo.InvariantCulture);
            return context.Response.WriteAsync(body.Replace("TIME", now, StringComparison.Ordinal));
        });
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:TwelveData:ApiKey"] = "SECRET0123456789abcdef";
        doctor.Settings["Bittbridge:TwelveData:BaseAddress"] = twelveData.Url;

        var (_, findings, output) = await doctor.AskAsync();

        var finding = findings["offshore rate"];
        Assert.Equal(level, finding.Level);
        Assert.Contains(detail, finding.Detail, StringComparison.Ordinal);
        Assert.Equal(level == "passed", finding.Remedy is null);
        Assert.DoesNotContain("SECRET", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204, "passed", " accepted a test message (json)")]
    [InlineData(404, "failed", ": it answered 404")]
    public async Task A_test_message_is_sent_to_the_webhook_on_request_only(int answer, string level, string detail)
    {
        var bodies = new ConcurrentQueue<JsonElement>();
        await using var receiver = new StandInServer(async context =>
        {
            bodies.Enqueue(await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body));
            context.Response.StatusCode = answer;
        });
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Notify:Webhook"] = receiver.Url + "/hooks/SECRET-TOKEN";

        var (_, without, _) = await doctor.AskAsync();
        Assert.DoesNotContain("notifications", without.Keys);
        Assert.Empty(bodies);

        var (_, findings, output) = await doctor.AskAsync("--notify");

        Assert.Equal(level, findings["notifications"].Level);
        Assert.Contains(detail, findings["notifications"].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", output, StringComparison.Ordinal);
        var body = Assert.Single(bodies);
        Assert.Equal(("test", doctor.Hotkey.ToString()), (body.GetProperty("event").GetString(), body.GetProperty("hotkey").GetString()));
    }

    [Fact]
    public async Task A_test_message_without_a_webhook_fails_with_the_setting_to_set()
    {
        await using var doctor = new DoctorRun(storage);

        var (status, findings, _) = await doctor.AskAsync("--notify");

        Assert.Equal((1, "failed"), (status, findings["notifications"].Level));
        Assert.Contains("Bittbridge:Notify:Webhook", findings["notifications"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_sees_a_mark_a_part_and_a_remedy_on_each_line()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Storage"] = StorageEmulator.Unreachable();

        var run = await CommandRun.InAsync(doctor.Settings, "doctor");

        Assert.Equal(1, run.Status);
        var lines = run.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("✓ chain      subnet 420 at block 4000000", StringComparison.Ordinal));
        var storageLine = Array.FindIndex(
            lines,
            line => line.StartsWith("✗ storage    storage is out of reach: Connection refused", StringComparison.Ordinal)
        );
        Assert.True(storageLine >= 0, run.Output);
        Assert.StartsWith("What to do:  Start Azurite:", lines[storageLine + 1], StringComparison.Ordinal);
        Assert.Contains(
            lines,
            line => line.StartsWith("– price age  not checked, because storage can't be read", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_invalid_connection_string_is_reported_without_showing_it()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Storage"] = "AccountKey=very-secret";

        var (status, findings, output) = await doctor.AskAsync();

        Assert.Equal((1, "failed", "skipped"), (status, findings["settings"].Level, findings["storage"].Level));
        Assert.Contains("Bittbridge:Storage", findings["settings"].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_invalid_setting_is_named_at_once_and_the_rest_is_still_checked()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings.Remove("Bittbridge:Hotkey");
        doctor.Settings["Bittbridge:Level"] = "2";
        doctor.Settings["BITTBRIDGE_PRICES_SCHEDULE"] = "never";

        var run = await CommandRun.InAsync(doctor.Settings, "doctor");

        Assert.Equal(1, run.Status);
        Assert.Contains(
            "✗ settings The setting Bittbridge:Hotkey is missing What to do: Set it to the ss58 address",
            run.Words,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "✗ settings The setting Bittbridge:Level is '2' What to do: Set it to a number from 0.5 to 0.999.",
            run.Words,
            StringComparison.Ordinal
        );
        Assert.Contains("✗ settings The setting BITTBRIDGE_PRICES_SCHEDULE is 'never'", run.Words, StringComparison.Ordinal);
        Assert.Contains("– hotkey not checked", run.Words, StringComparison.Ordinal);
        Assert.Contains("✓ storage", run.Words, StringComparison.Ordinal);
        Assert.Contains("✓ CoinGecko", run.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bittbridge:Hotkey", "5abc", "hotkey axon")]
    [InlineData("Bittbridge:Netuid", "many", "chain hotkey axon")]
    [InlineData("Bittbridge:Network", "ftp://x", "chain hotkey axon")]
    [InlineData("Bittbridge:Access", "open", "")]
    [InlineData("Bittbridge:Storage", "No Account", "storage price age")]
    [InlineData("Bittbridge:TablePrefix", "1", "storage price age")]
    [InlineData("Bittbridge:Prices:Source", "simulated", "price age CoinGecko")]
    [InlineData("Bittbridge:CoinGecko:BaseAddress", "gecko", "CoinGecko")]
    [InlineData("COINGECKO_API_KEY", "a key", "CoinGecko")]
    [InlineData("BITTBRIDGE_HOUSEKEEPING_SCHEDULE", "never", "")]
    public async Task An_invalid_setting_skips_only_the_checks_that_need_it(string name, string value, string unseen)
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings[name] = value;

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((1, "failed"), (status, findings["settings"].Level));
        Assert.Contains(name.Replace("Bittbridge:", "", StringComparison.Ordinal), findings["settings"].Detail, StringComparison.Ordinal);
        Assert.Equal(
            unseen,
            string.Join(
                ' ',
                findings
                    .Values.Where(finding => finding.Detail.StartsWith("not checked", StringComparison.Ordinal))
                    .Select(finding => finding.Name)
            )
        );
    }

    [Fact]
    public async Task A_misspelled_name_is_in_the_JSON_with_the_intended_name()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Acces"] = "open";

        var (_, findings, output) = await doctor.AskAsync();

        Assert.Contains("\"setting\":\"Bittbridge:Acces\"", output, StringComparison.Ordinal);
        Assert.Contains("Did you mean Bittbridge:Access?", findings["settings"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wallet_names_the_hotkey_as_it_does_for_the_miner()
    {
        await using var doctor = new DoctorRun(storage);
        var wallets = Directory.CreateTempSubdirectory("wallets");
        try
        {
            var hotkeys = wallets.CreateSubdirectory("w").CreateSubdirectory("hotkeys");
            await File.WriteAllTextAsync(
                Path.Combine(hotkeys.FullName, "hpub.txt"),
                $$"""{"ss58Address":"{{doctor.Hotkey}}"}""",
                TestContext.Current.CancellationToken
            );
            doctor.Settings.Remove("Bittbridge:Hotkey");

            var (_, findings, _) = await doctor.AskAsync("--wallet-path", wallets.FullName, "--wallet-name", "w", "--wallet-hotkey", "h");

            Assert.Contains("as uid 7", findings["hotkey"].Detail, StringComparison.Ordinal);
        }
        finally
        {
            wallets.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_node_whose_url_holds_a_key_is_named_without_it()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Network"] = "http://127.0.0.1:1/v2/hunter2";

        var (_, _, output) = await doctor.AskAsync();

        Assert.Contains("http://127.0.0.1:1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_the_two_required_ones_are_named()
    {
        var nowhere = new Dictionary<string, string?>
        {
            ["Bittbridge:Network"] = "http://127.0.0.1:1",
            ["Bittbridge:CoinGecko:BaseAddress"] = "http://127.0.0.1:1",
        };

        var run = await CommandRun.InAsync(nowhere, "doctor");

        Assert.Equal(1, run.Status);
        Assert.Contains("The setting Bittbridge:Hotkey is missing", run.Words, StringComparison.Ordinal);
        Assert.Contains("The setting Bittbridge:Storage is missing", run.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bittbridge:Netuidd", "421", "Bittbridge:Netuidd")]
    [InlineData("Bittbridge:CoinGecko:ApiKey", "@Microsoft.KeyVault(SecretUri=x)", "Key Vault reference that was not resolved")]
    [InlineData("Bittbridge:Access", "signed", "competitors")]
    [InlineData("Bittbridge:Model", "of-my-own", "of-my-own")]
    public async Task A_setting_that_looks_like_a_typing_error_is_a_warning(string name, string value, string word)
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings[name] = value;

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((0, "warning"), (status, findings["settings"].Level));
        Assert.Contains(word, findings["settings"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, """{"status":{"error_code":10002,"error_message":"API Key Missing: the-secret-key"}}""", "ApiKey to a valid key")]
    [InlineData(429, """{"status":{"error_code":429,"error_message":"too many"}}""", "larger plan")]
    [InlineData(500, "{}", "status page")]
    [InlineData(
        400,
        """{"error_code":10011,"status":{"error_code":10011,"error_message":"change your root URL"}}""",
        "remove Bittbridge:CoinGecko:BaseAddress"
    )]
    [InlineData(
        400,
        """{"error_code":10010,"status":{"error_code":10010,"error_message":"change your root URL"}}""",
        "https://pro-api.coingecko.com/api/v3"
    )]
    [InlineData(200, """{"status":{"error_code":429,"error_message":"too many"}}""", "larger plan")]
    [InlineData(200, "{}", "BaseAddress")]
    [InlineData(200, """{"tether":{"cny":71,"usd":1,"last_updated_at":1763469000}}""", "status page")]
    [InlineData(200, """{"tether":{"cny":0,"usd":1,"last_updated_at":1763469000}}""", "status page")]
    [InlineData(200, """{"tether":{"cny":-7.1,"usd":1,"last_updated_at":1763469000}}""", "status page")]
    [InlineData(200, """{"tether":{"cny":1e400,"usd":1,"last_updated_at":1763469000}}""", "status page")]
    [InlineData(200, """{"tether":{"cny":7.1,"usd":1,"last_updated_at":9763469000}}""", "status page")]
    public async Task What_CoinGecko_refuses_has_its_remedy_and_the_key_is_not_shown(int answered, string body, string word)
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:CoinGecko:ApiKey"] = "the-secret-key";
        doctor.CoinGecko = context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (answered, "application/json");
            return context.Response.WriteAsync(body, context.RequestAborted);
        };

        var (status, findings, output) = await doctor.AskAsync();

        Assert.Equal((1, "failed"), (status, findings["CoinGecko"].Level));
        Assert.Contains("with the key", findings["CoinGecko"].Detail, StringComparison.Ordinal);
        Assert.Contains(word, findings["CoinGecko"].Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret-key", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_price_source_skips_the_CoinGecko_check()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Prices:Source"] = "simulated";
        doctor.Settings["DOTNET_ENVIRONMENT"] = "Development";
        doctor.CoinGecko = _ => throw new InvalidOperationException("asked");

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((0, "skipped"), (status, findings["CoinGecko"].Level));
    }

    [Fact]
    public async Task An_unreachable_chain_leaves_the_hotkey_unknown_and_not_unregistered()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Network"] = "http://127.0.0.1:1";

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal(
            (1, "failed", "skipped", "skipped"),
            (status, findings["chain"].Level, findings["hotkey"].Level, findings["axon"].Level)
        );
        Assert.Contains("Bittbridge:Network", findings["chain"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subnet_that_the_node_does_not_know_points_to_network_and_netuid()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Netuid"] = "421";

        var (_, findings, _) = await doctor.AskAsync();

        Assert.Equal("failed", findings["chain"].Level);
        Assert.Contains("Bittbridge:Netuid", findings["chain"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hotkey_that_is_not_registered_fails_with_the_line_to_type()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Hotkey"] = DevelopmentKey.Derive("//Dave").Address.ToString();

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((1, "failed"), (status, findings["hotkey"].Level));
        Assert.Contains("btcli tx burned-register --netuid 420", findings["hotkey"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_development_key_is_a_warning()
    {
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Hotkey"] = DevelopmentKey.Derive("//Bob").Address.ToString();

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((0, "warning"), (status, findings["hotkey"].Level));
        Assert.Contains("//Bob", findings["hotkey"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "has no address")]
    [InlineData("00000000", "has no address")]
    [InlineData("0100000a", "private")]
    public async Task An_axon_that_no_validator_can_call_is_a_warning(string? ip, string word)
    {
        await using var doctor = new DoctorRun(storage);
        doctor.PutAxonOnChain(ip ?? "");
        if (ip is null)
        {
            doctor.Chain.Storage.Remove(StorageKeys.Axons(420, doctor.Hotkey.PublicKey));
        }

        var (status, findings, _) = await doctor.AskAsync();

        Assert.Equal((0, "warning"), (status, findings["axon"].Level));
        Assert.Contains(word, findings["axon"].Detail, StringComparison.Ordinal);
        Assert.Contains("bittbridge axon --ip", findings["axon"].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        200,
        """{"status":"Healthy","version":"9.9","parts":{"prices":{"status":"Healthy","detail":"fine"}}}""",
        "passed",
        "version 9.9 is Healthy"
    )]
    [InlineData(
        200,
        """{"status":"Degraded","version":"9.9","parts":{"prices":{"status":"Degraded","detail":"old"}}}""",
        "warning",
        "prices Degraded: old"
    )]
    [InlineData(
        503,
        """{"status":"Unhealthy","version":"9.9","parts":{"prices":{"status":"Unhealthy","detail":"no price is known"}}}""",
        "failed",
        "no price is known"
    )]
    [InlineData(200, "<html>", "failed", "health/ready")]
    [InlineData(200, """{"status":"ok","parts":{}}""", "failed", "which is not a miner's answer")]
    [InlineData(200, "{}", "failed", "which is not a miner's answer")]
    [InlineData(200, """{"status":"Healthy","parts":{"prices":null}}""", "failed", "which is not a miner's answer")]
    [InlineData(200, """{"status":"Healthy","parts":{}}""", "failed", "which is not a miner's answer", "text/html; charset=none-such")]
    public async Task The_running_miner_is_asked_where_it_is_named(
        int answered,
        string body,
        string level,
        string word,
        string contentType = "application/json"
    )
    {
        await using var doctor = new DoctorRun(storage);
        await using var miner = new StandInServer(answered, body, contentType);

        var (status, findings, _) = await doctor.AskAsync("--url", miner.Url);

        Assert.Equal((level == "failed" ? 1 : 0, level), (status, findings["miner"].Level));
        Assert.Contains(word, findings["miner"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "Degraded", "warning")]
    [InlineData(503, "Unhealthy", "failed")]
    public async Task A_miner_that_returns_no_details_is_judged_by_its_public_states(int answered, string state, string level)
    {
        await using var doctor = new DoctorRun(storage);
        await using var miner = new StandInServer(context =>
        {
            var isPublic = context.Request.Path == "/health/ready";
            context.Response.StatusCode = isPublic ? answered : StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync(
                isPublic
                    ? """{"status":"STATE","parts":{"prices":{"status":"STATE"}}}""".Replace("STATE", state, StringComparison.Ordinal)
                    : "",
                context.RequestAborted
            );
        });

        var (_, findings, _) = await doctor.AskAsync("--url", miner.Url);

        Assert.Equal((level, $"{state}; prices {state}"), (findings["miner"].Level, findings["miner"].Detail));
        Assert.Contains("Bittbridge:Operator:Token", findings["miner"].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_s_token_is_sent_for_the_details_alone_and_shown_nowhere()
    {
        const string Token = "0123456789abcdef0123456789abcdef";
        await using var doctor = new DoctorRun(storage);
        doctor.Settings["Bittbridge:Operator:Token"] = Token;
        List<string> asked = [];
        await using var miner = new StandInServer(context =>
        {
            asked.Add($"{context.Request.Path} {context.Request.Headers.Authorization}");
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });

        var (_, _, output) = await doctor.AskAsync("--url", miner.Url);

        Assert.Equal([$"/health/details Bearer {Token}", "/health/ready "], asked);
        Assert.DoesNotContain(Token, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_a_miner_that_does_not_run_the_remedy_is_to_start_it()
    {
        await using var doctor = new DoctorRun(storage);

        var (status, findings, _) = await doctor.AskAsync("--url", "http://127.0.0.1:1");

        Assert.Equal((1, "failed"), (status, findings["miner"].Level));
        Assert.Contains("Start the miner", findings["miner"].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "miner")]
    [InlineData("--settings", "no-such-file.json")]
    public async Task A_wrong_command_line_is_refused_with_a_sentence_and_exit_status_2(params string[] args)
    {
        var run = await CommandRun.OfAsync(["doctor", .. args]);

        Assert.Equal(2, run.Status);
        Assert.NotEmpty(run.Error);
    }
}
