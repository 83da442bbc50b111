using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Infra.Tests;

/// <summary>What the deployed app is told, held to what the code reads.</summary>
public sealed class AppSettingsTests(BicepServer bicep)
{
    /// <summary>Settings that the Functions host or the Azure SDK reads, and the miner does not.</summary>
    private static readonly string[] HostSettings =
    [
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureWebJobsDisableHomepage",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID",
    ];

    /// <summary>What Flex Consumption refuses or what would quietly break the app there.</summary>
    private static readonly string[] Forbidden = ["FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_CONTENT", "WEBSITE_TIME_ZONE", "TZ"];

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Every_setting_is_known_to_the_code_or_to_the_host(string variant)
    {
        var names = (await Deployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings().Keys;

        Assert.All(names, name => Assert.True(HostSettings.Contains(name) || SettingNames.All.Any(known => name == SeenByTheApp(known)), $"Neither the code nor the host reads {name}."));
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task The_host_gets_all_it_needs_and_nothing_that_the_plan_refuses(string variant)
    {
        var names = (await Deployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings().Keys;

        Assert.All(HostSettings, name => Assert.Contains(name, names));
        Assert.All(names, name => Assert.DoesNotContain(Forbidden, forbidden => name.StartsWith(forbidden, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain("AzureWebJobsStorage", names);
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task The_miner_starts_in_production_with_these_settings_and_knows_each(string variant)
    {
        var configuration = Configuration((await Deployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings());

        var settings = SettingsReader.Read(configuration);

        Assert.False(settings.IsDevelopment);
        Assert.Equal(Deployment.Hotkey, settings.Hotkey);
        Assert.Equal(420, settings.Netuid);
        Assert.Equal("test", settings.Network);
        Assert.Equal(new PriceSettings().Schedule, settings.Prices.Schedule);
        Assert.Equal(new MinerSettings { Storage = settings.Storage }.HousekeepingSchedule, settings.HousekeepingSchedule);
        Assert.Equal(variant == "plain" ? MinerSettings.DefaultModel : "last-price", settings.Model);
        Assert.Empty(SettingsReader.UnknownNames(configuration));
    }

    [Fact]
    public async Task Storage_is_an_account_name_of_this_deployment_and_no_connection_string()
    {
        var deployment = await Deployment.PredictAsync(bicep);

        var account = deployment.The("Microsoft.Storage/storageAccounts").Name;
        Assert.Equal(account, deployment.AppSettings()["Bittbridge__Storage"].Text);
        Assert.Equal(account, deployment.AppSettings()["AzureWebJobsStorage__accountName"].Text);
        Assert.Equal("managedidentity", deployment.AppSettings()["AzureWebJobsStorage__credential"].Text);
    }

    [Fact]
    public async Task Both_schedules_are_flat_and_always_there()
    {
        var settings = (await Deployment.PredictAsync(bicep, ("pricesSchedule", "'15 4-59/5 * * * *'"))).AppSettings();

        Assert.Equal("15 4-59/5 * * * *", settings[SettingNames.PricesSchedule].Text);
        Assert.Equal("30 7 * * * *", settings[SettingNames.HousekeepingSchedule].Text);
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Telemetry_and_storage_take_the_one_identity_by_its_client_id(string variant)
    {
        var settings = (await Deployment.PredictAsync(bicep, Variant.Parameters(variant))).AppSettings();

        var clientId = settings["AZURE_CLIENT_ID"];
        Assert.Equal("reference", clientId.Function);
        Assert.Contains("/userAssignedIdentities/", clientId.Arguments[0].Text, StringComparison.Ordinal);
        Assert.Equal(".clientId", clientId.Path);
        Assert.Equal(clientId.ToString(), settings["AzureWebJobsStorage__clientId"].ToString());
        Assert.Equal($"format(ClientId={{0}};Authorization=AAD, {clientId})", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].ToString());
    }

    [Fact]
    public async Task Of_a_CoinGecko_key_the_app_gets_a_reference_to_the_vault_only()
    {
        var deployment = await Deployment.PredictAsync(bicep, Variant.Parameters("nginx"));

        var vault = deployment.The("Microsoft.KeyVault/vaults").Name;
        Assert.Equal($"@Microsoft.KeyVault(VaultName={vault};SecretName=coingecko-api-key)", deployment.AppSettings()["Bittbridge__CoinGecko__ApiKey"].Text);
        Assert.Contains(deployment.Resources, resource => resource.Name == $"{vault}/coingecko-api-key");
        Assert.EndsWith("/" + deployment.The("Microsoft.ManagedIdentity/userAssignedIdentities").Name, deployment.The("Microsoft.Web/sites").At("keyVaultReferenceIdentity")!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_there_is_neither_a_vault_nor_a_reference()
    {
        var deployment = await Deployment.PredictAsync(bicep);

        Assert.DoesNotContain(deployment.Resources, resource => resource.Type.StartsWith("Microsoft.KeyVault/", StringComparison.Ordinal) || resource.Name.Contains("KeyVault", StringComparison.Ordinal));
        Assert.DoesNotContain(deployment.AppSettings(), setting => setting.ToString().Contains("KeyVault", StringComparison.Ordinal) || setting.Key.EndsWith("ApiKey", StringComparison.Ordinal));
    }

    private static string SeenByTheApp(string name) => name.All(c => char.IsUpper(c) || c == '_') ? name : $"{SettingNames.Section}__{name.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>As the app's configuration shows its environment: a double underscore is a colon.</summary>
    private static IConfiguration Configuration(IReadOnlyDictionary<string, ArmExpression> settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Where(setting => !setting.Key.EndsWith("CoinGecko__ApiKey", StringComparison.Ordinal)).Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value.Text)))
            .Build();
}
