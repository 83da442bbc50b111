using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Infra.Tests;

/// <summary>What the deployed app is told, held to what the code reads.</summary>
public sealed class AppSettingsTests(BicepServer bicep)
{
    /// <summary>Settings that the Functions host or the Azure SDK reads, and the miner does not.</summary>
    private static readonly string[] HostSettings =
    [
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsDisableHomepage",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AZURE_CLIENT_ID",
    ];

    /// <summary>What Flex Consumption refuses or what would quietly break the app there.</summary>
    private static readonly string[] Forbidden =
    [
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_EXTENSION_VERSION",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_CONTENT",
        "WEBSITE_TIME_ZONE",
        "TZ",
    ];

    /// <summary>Settings that a minimal deployment leaves at their defaults; a parameter sets each.</summary>
    private static readonly string[] LeftAtTheirDefaults =
    [
        // By a parameter of their own when it is given.
        SettingNames.Model,
        SettingNames.CoinGeckoApiKey,
        // Good as they are for nearly everybody.
        SettingNames.ValidatorsMaxAgeHours,
        SettingNames.Intervals,
        SettingNames.Learning,
        SettingNames.BudgetMs,
        SettingNames.TimestampToleranceMinutes,
        SettingNames.ForecastRetentionDays,
        SettingNames.CoinGeckoBaseAddress,
        // Callers that hardly a subnet has, and limits of the self-hosted miner's own server.
        SettingNames.Ed25519Callers,
        SettingNames.Connections,
        SettingNames.ConnectionsPerAddress,
        // Only with the URL of a model.
        SettingNames.ModelToken,
        // Only for who pushes C# classes.
        SettingNames.ModelSigners,
        // The path of a file, which must be in the package first.
        SettingNames.LinearModel,
        // There the function key proves the operator.
        SettingNames.OperatorToken,
        SettingNames.Dashboard,
        // There Application Insights has the metrics of every instance; a scrape reaches one.
        SettingNames.Metrics,
        // There Azure Monitor has alerts of its own.
        SettingNames.NotifyWebhook,
        SettingNames.NotifyFormat,
        SettingNames.NotifyNoChallengeMinutes,
        // Only with a key of Twelve Data, as a reference to the vault.
        SettingNames.TwelveDataApiKey,
        SettingNames.TwelveDataBaseAddress,
        // Production takes one value only.
        SettingNames.PricesSource,
        // A second name for the key, which a deployment keeps in its vault under the first.
        SettingNames.CoinGeckoApiKeyOfTheReferenceMiner,
    ];

    [Fact]
    public async Task Every_setting_of_the_code_is_set_or_left_at_its_default_on_purpose()
    {
        var names = (await BicepDeployment.PredictAsync(bicep)).AppSettings().Keys.Except(HostSettings, StringComparer.Ordinal);

        Assert.Equal(
            SettingNames.All.Except(LeftAtTheirDefaults).Select(SeenByTheApp).Order(StringComparer.Ordinal),
            names.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task What_is_set_by_itself_is_what_the_code_would_have_taken()
    {
        var settings = SettingsReader.Read(Configuration((await BicepDeployment.PredictAsync(bicep)).AppSettings()));

        Assert.Equal(new MinerSettings { Storage = settings.Storage, Hotkey = BicepDeployment.Hotkey }, settings);
    }

    [Fact]
    public async Task Each_parameter_reaches_the_setting_it_is_named_after()
    {
        var deployment = await BicepDeployment.PredictAsync(
            bicep,
            ("access", "'registered'"),
            ("replay", "'strict'"),
            ("model", "'arima@7!'"),
            ("aim", "'reward'"),
            ("level", "'0.8'"),
            ("answersPerCallerPerMinute", "7"),
            ("refusalsPerSecond", "0"),
            ("netuid", "421"),
            ("network", "'https://one.example,wss://two.example'"),
            ("tablePrefix", "'Staging'")
        );

        var settings = SettingsReader.Read(Configuration(deployment.AppSettings()));

        Assert.Equal(
            (AccessMode.Registered, ReplayMode.Strict, "arima@7!", IntervalAim.Reward, 0.8),
            (settings.Access, settings.Replay, settings.Model, settings.Aim, settings.Level)
        );
        Assert.Equal(new LimitSettings(7, 0), settings.Limits);
        Assert.Equal(
            (421, "https://one.example,wss://two.example", "Staging"),
            (settings.Netuid, settings.Network, settings.Storage.TablePrefix)
        );
    }

    [Fact]
    public async Task What_stands_among_the_other_settings_wins_over_a_parameter_of_its_own_but_not_over_who_the_miner_is()
    {
        var deployment = await BicepDeployment.PredictAsync(
            bicep,
            ("model", "'arima'"),
            ("aim", "'rank'"),
            ("settings", "{ Model: 'last-price', 'Limits:PerSecond': 5, BudgetMs: 500, Hotkey: 'another', Netuid: '1' }")
        );

        var settings = SettingsReader.Read(Configuration(deployment.AppSettings()));

        Assert.Equal(
            ("last-price", IntervalAim.Rank, 5, 500d),
            (settings.Model, settings.Aim, settings.Limits.PerSecond, settings.Budget.TotalMilliseconds)
        );
        Assert.Equal((BicepDeployment.Hotkey, 420), (settings.Hotkey, settings.Netuid));
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Every_setting_is_known_to_the_code_or_to_the_host(string variant)
    {
        var names = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings().Keys;

        Assert.Every(
            names,
            name =>
                Assert.True(
                    HostSettings.Contains(name) || SettingNames.All.Any(known => name == SeenByTheApp(known)),
                    $"Neither the code nor the host reads {name}."
                )
        );
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task The_host_gets_all_it_needs_and_nothing_that_the_plan_refuses(string variant)
    {
        var names = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings().Keys;

        Assert.Every(HostSettings, name => Assert.Contains(name, names));
        Assert.Every(
            names,
            name => Assert.DoesNotContain(Forbidden, forbidden => name.StartsWith(forbidden, StringComparison.OrdinalIgnoreCase))
        );
        Assert.DoesNotContain("AzureWebJobsStorage", names);
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task The_miner_starts_in_production_with_these_settings_and_knows_each(string variant)
    {
        var configuration = Configuration((await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings());

        var settings = SettingsReader.Read(configuration);

        Assert.False(settings.IsDevelopment);
        Assert.Equal(BicepDeployment.Hotkey, settings.Hotkey);
        Assert.Equal(420, settings.Netuid);
        Assert.Equal("test", settings.Network);
        Assert.Equal(new PriceSettings().Schedule, settings.Prices.Schedule);
        Assert.Equal(new MinerSettings { Storage = settings.Storage }.HousekeepingSchedule, settings.HousekeepingSchedule);
        Assert.Equal(variant == "plain" ? MinerSettings.DefaultModel : "last-price", settings.Model);
        Assert.Empty(UnknownSettings.Problems(configuration));
    }

    [Fact]
    public async Task Storage_is_an_account_name_of_this_deployment_and_no_connection_string()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var account = deployment.The("Microsoft.Storage/storageAccounts").Name;
        Assert.Equal(account, deployment.AppSettings()["Bittbridge__Storage"].Text);
        Assert.Equal(account, deployment.AppSettings()["AzureWebJobsStorage__accountName"].Text);
        Assert.Equal("managedidentity", deployment.AppSettings()["AzureWebJobsStorage__credential"].Text);
    }

    [Fact]
    public async Task Both_schedules_are_flat_and_always_there()
    {
        var settings = (await BicepDeployment.PredictAsync(bicep, ("pricesSchedule", "'15 4-59/5 * * * *'"))).AppSettings();

        Assert.Equal("15 4-59/5 * * * *", settings[SettingNames.PricesSchedule].Text);
        Assert.Equal("30 7 * * * *", settings[SettingNames.HousekeepingSchedule].Text);
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Telemetry_and_storage_take_the_one_identity_by_its_client_id(string variant)
    {
        var settings = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings();

        var clientId = settings["AZURE_CLIENT_ID"];
        Assert.Equal("reference", clientId.Function);
        Assert.Contains("/userAssignedIdentities/", clientId.Arguments[0].Text, StringComparison.Ordinal);
        Assert.Equal(".clientId", clientId.Path);
        Assert.Equal(clientId.ToString(), settings["AzureWebJobsStorage__clientId"].ToString());
        Assert.Equal(
            $"format(ClientId={{0}};Authorization=AAD, {clientId})",
            settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].ToString()
        );
    }

    [Fact]
    public async Task Of_a_secret_the_app_gets_a_reference_to_the_vault_only_whether_or_not_its_value_is_given_again()
    {
        var deployment = await BicepDeployment.PredictAsync(
            bicep,
            ("vaultSecrets", "['CoinGecko:ApiKey', 'TwelveData:ApiKey', 'Notify:Webhook', 'ModelToken']"),
            ("secretValues", "{}")
        );

        var vault = deployment.The("Microsoft.KeyVault/vaults").Name;
        Assert.Equal(
            [
                ("Bittbridge__CoinGecko__ApiKey", $"@Microsoft.KeyVault(VaultName={vault};SecretName=coingecko-apikey)"),
                ("Bittbridge__ModelToken", $"@Microsoft.KeyVault(VaultName={vault};SecretName=modeltoken)"),
                ("Bittbridge__Notify__Webhook", $"@Microsoft.KeyVault(VaultName={vault};SecretName=notify-webhook)"),
                ("Bittbridge__TwelveData__ApiKey", $"@Microsoft.KeyVault(VaultName={vault};SecretName=twelvedata-apikey)"),
            ],
            deployment
                .AppSettings()
                .Where(setting => setting.Value.ToString().Contains("KeyVault", StringComparison.Ordinal))
                .Select(setting => (setting.Key, setting.Value.Text!))
                .Order()
        );
        Assert.Equal(
            "CoinGecko:ApiKey,TwelveData:ApiKey,Notify:Webhook,ModelToken",
            deployment.Outputs["MINER_VAULT_SECRETS"]!.GetValue<string>()
        );
        Assert.EndsWith(
            "/" + deployment.The("Microsoft.ManagedIdentity/userAssignedIdentities").Name,
            deployment.The("Microsoft.Web/sites").At("keyVaultReferenceIdentity")!.GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("CG-1", "", "CoinGecko:ApiKey", "CoinGecko:ApiKey")]
    [InlineData("", "CoinGecko:ApiKey,ModelToken", "CoinGecko:ApiKey,ModelToken", "")]
    [InlineData("CG-1", "CoinGecko:ApiKey,ModelToken", "CoinGecko:ApiKey,ModelToken", "CoinGecko:ApiKey")]
    public async Task A_secret_that_is_not_given_again_stays_referenced_and_is_not_written(
        string key,
        string before,
        string referenced,
        string written
    )
    {
        var parameters = await BicepDeployment.ParametersAsync(("COINGECKO_API_KEY", key), ("MINER_VAULT_SECRETS", before));

        Assert.Equal(referenced, string.Join(',', parameters["vaultSecrets"]!["value"]!.AsArray()));
        Assert.Equal(written, string.Join(',', parameters["secretValues"]!["value"]!.AsObject().Select(secret => secret.Key)));
    }

    [Fact]
    public async Task Without_a_key_there_is_neither_a_vault_nor_a_reference()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        Assert.DoesNotContain(
            deployment.Resources,
            resource =>
                resource.Type.StartsWith("Microsoft.KeyVault/", StringComparison.Ordinal)
                || resource.Name.Contains("KeyVault", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            deployment.AppSettings(),
            setting =>
                setting.ToString().Contains("KeyVault", StringComparison.Ordinal)
                || setting.Key.EndsWith("ApiKey", StringComparison.Ordinal)
        );
    }

    private static string SeenByTheApp(string name) =>
        name.All(c => char.IsUpper(c) || c == '_') ? name : $"{SettingNames.Section}__{name.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>As the app's configuration shows its environment: a double underscore is a colon.</summary>
    private static IConfiguration Configuration(IReadOnlyDictionary<string, ArmExpression> settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(setting =>
                    KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value.Text)
                )
            )
            .Build();
}
