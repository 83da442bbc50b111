using System.Text;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Tests.Configuration;

public sealed class SettingsReaderTests
{
    private const string Hotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    [Fact]
    public void Ed25519_callers_are_read_and_an_invalid_one_is_not_quoted()
    {
        var settings = Read(
            ("Bittbridge:Storage", "minerstate"),
            ("Bittbridge:Ed25519Callers", $"{Hotkey}, 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
        );
        Assert.Equal(
            [Hotkey, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"],
            settings.Ed25519Callers.Select(key => new Ss58Address(key).ToString())
        );
        Assert.Equal(
            "The setting Bittbridge:Ed25519Callers is a list (not shown), whose entry 2 is not a hotkey: set it to ss58 addresses of "
                + "format 42, which start with 5, separated by commas.",
            Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Ed25519Callers", $"{Hotkey},bottom drive obey"))
        );
    }

    [Fact]
    public void Signers_of_classes_are_read_and_development_keys_are_for_Development_only()
    {
        using var pair = HotkeyPair.Create();
        var own = pair.Address.ToString();
        (string, string)[] named = [("Bittbridge:Hotkey", Hotkey), ("Bittbridge:Storage", "minerstate")];

        Assert.Empty(Read(named).ModelSigners);
        Assert.Equal(
            own,
            Assert.Single(Read([.. named, ("Bittbridge:ModelSigners", own)]).ModelSigners.Select(key => new Ss58Address(key).ToString()))
        );
        Assert.Single(Read([.. named, ("ASPNETCORE_ENVIRONMENT", "Development"), ("Bittbridge:ModelSigners", Hotkey)]).ModelSigners);
        Assert.Equal(
            "The setting Bittbridge:ModelSigners is a list (not shown), which holds the development key //Bob, whose secret is public: "
                + "name a hotkey of your own, or start with ASPNETCORE_ENVIRONMENT=Development.",
            Refusal([.. named, ("Bittbridge:ModelSigners", $"{own},{Hotkey}")])
        );
        Assert.Contains(
            "whose entry 2 is not a hotkey",
            Refusal([.. named, ("Bittbridge:ModelSigners", $"{own},x")]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void In_development_nothing_but_the_hotkey_needs_to_be_set()
    {
        var settings = Read(("ASPNETCORE_ENVIRONMENT", "Development"));
        Assert.Equal(AccessMode.Permit, settings.Access);
        Assert.Equal(ReplayMode.Durable, settings.Replay);
        Assert.Equal(new(PerCallerPerMinute: 60, PerSecond: 200), settings.Limits);
        Assert.Equal(TimeSpan.FromHours(24), settings.ValidatorsMaxAge);
        Assert.Equal("UseDevelopmentStorage=true", settings.Storage.Location);
        Assert.Equal(420, settings.Netuid);
        Assert.Equal("test", settings.Network);
        Assert.Equal("coingecko", settings.Prices.Source);
        Assert.Equal("45 4-59/5 * * * *", settings.Prices.Schedule);
        Assert.Equal(0.90, settings.Level);
        Assert.Equal(TimeSpan.FromMilliseconds(800), settings.Budget);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.TimestampTolerance);
    }

    [Fact]
    public void What_intervals_are_is_a_matter_of_settings()
    {
        var settings = Read(
            ("Bittbridge:Storage", "minerstate"),
            ("Bittbridge:Aim", "reward"),
            ("Bittbridge:Intervals", "calibrated"),
            ("Bittbridge:Learning", "off")
        );
        Assert.Equal((IntervalAim.Reward, false, false), (settings.Aim, settings.KeepsOwnIntervals, settings.LearnsFromErrors));
    }

    [Fact]
    public void In_production_storage_has_no_default() =>
        Assert.Contains("Bittbridge:Storage is missing", Refusal(), StringComparison.Ordinal);

    [Fact]
    public void An_account_name_or_a_connection_string_is_storage()
    {
        Assert.Equal("minerstate", Read(("Bittbridge:Storage", "minerstate")).Storage.Location);
        Assert.Equal("UseDevelopmentStorage=true", Read(("Bittbridge:Storage", "UseDevelopmentStorage=true")).Storage.Location);
    }

    [Fact]
    public void The_reference_miners_name_for_the_key_is_taken_where_the_own_one_is_empty()
    {
        Assert.Equal(
            "CG-a",
            Read(
                ("Bittbridge:Storage", "minerstate"),
                ("COINGECKO_API_KEY", "CG-a"),
                ("Bittbridge:CoinGecko:ApiKey", "")
            ).Prices.CoinGeckoApiKey
        );
        Assert.Equal(
            "CG-b",
            Read(
                ("Bittbridge:Storage", "minerstate"),
                ("COINGECKO_API_KEY", "CG-a"),
                ("Bittbridge:CoinGecko:ApiKey", "CG-b")
            ).Prices.CoinGeckoApiKey
        );
    }

    [Theory]
    [InlineData("Bittbridge:Storage", "My Account", "account")]
    [InlineData("Bittbridge:Hotkey", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz", "ss58 address")]
    [InlineData("Bittbridge:Hotkey", "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM", "ss58 address")]
    [InlineData("Bittbridge:Hotkey", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "starts with 5")]
    [InlineData("Bittbridge:Access", "everybody", "permit, registered, signed or open")]
    [InlineData("Bittbridge:Access", "1", "permit, registered, signed or open")]
    [InlineData("Bittbridge:Access", "open", "Development only")]
    [InlineData("Bittbridge:Replay", "none", "durable, strict or memory")]
    [InlineData("Bittbridge:Metrics", "otlp", "off or prometheus")]
    [InlineData("Bittbridge:Limits:PerCallerPerMinute", "-1", "0 to 100000")]
    [InlineData("Bittbridge:Limits:PerSecond", "many", "0 to 100000")]
    [InlineData("Bittbridge:ValidatorsMaxAgeHours", "0", "1 to 720")]
    [InlineData("Bittbridge:TablePrefix", "a-b", "letters and digits")]
    [InlineData("Bittbridge:Netuid", "70000", "0 to 65535")]
    [InlineData("Bittbridge:Netuid", "4.2", "whole number")]
    [InlineData("Bittbridge:Network", "testnet", "finney")]
    [InlineData("Bittbridge:Network", "https://a.example,ftp://b.example", "URLs")]
    [InlineData("Bittbridge:Level", "90", "0.5 to 0.999")]
    [InlineData("Bittbridge:Aim", "glory", "coverage, rank or reward")]
    [InlineData("Bittbridge:Intervals", "mine", "own or calibrated")]
    [InlineData("Bittbridge:Learning", "true", "on or off")]
    [InlineData("Bittbridge:LinearModel", "no-such-file.json", "bittbridge fit")]
    [InlineData("Bittbridge:BudgetMs", "NaN", "20 to 10000")]
    [InlineData("Bittbridge:BudgetMs", "-5", "20 to 10000")]
    [InlineData("Bittbridge:TimestampToleranceMinutes", "0", "1 to 1440")]
    [InlineData("Bittbridge:ForecastRetentionDays", "ten", "whole number")]
    [InlineData("Bittbridge:Model", "My Model", "model's name")]
    [InlineData("Bittbridge:CoinGecko:BaseAddress", "api.coingecko.com", "URL")]
    [InlineData("Bittbridge:Prices:Source", "simulated", "Development only")]
    [InlineData("BITTBRIDGE_PRICES_SCHEDULE", "every five minutes", "NCRONTAB")]
    [InlineData("BITTBRIDGE_HOUSEKEEPING_SCHEDULE", "*/5 * * * *", "NCRONTAB")]
    [InlineData("BITTBRIDGE_HOUSEKEEPING_SCHEDULE", "0 99999999999 * * * *", "NCRONTAB")]
    public void A_wrong_value_is_refused_in_one_sentence_with_setting_value_and_remedy(string name, string value, string remedy)
    {
        var message = Refusal(("Bittbridge:Storage", "minerstate"), (name, value));
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void In_development_a_recording_that_is_not_there_is_refused() =>
        Assert.Contains(
            "missing.csv",
            Refusal(("ASPNETCORE_ENVIRONMENT", "Development"), ("Bittbridge:Prices:Source", "missing.csv")),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_invalid_key_is_rejected_and_never_shown()
    {
        var message = Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:CoinGecko:ApiKey", "CG- a"));
        Assert.Contains("copy the key again", message, StringComparison.Ordinal);
        Assert.DoesNotContain("CG- a", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bittbridge:CoinGecko:ApiKey")]
    [InlineData("COINGECKO_API_KEY")]
    [InlineData("Bittbridge:TwelveData:ApiKey")]
    [InlineData("Bittbridge:Notify:Webhook")]
    [InlineData("Bittbridge:ModelToken")]
    [InlineData("Bittbridge:Operator:Token")]
    public void A_key_vault_reference_that_was_not_resolved_costs_the_key_and_not_the_miner(string name)
    {
        var reading = Examine(("Bittbridge:Storage", "minerstate"), (name, "@Microsoft.KeyVault(SecretUri=https://v.example/secrets/k)"));

        Assert.True(reading.IsUsable);
        Assert.Equal(new MinerSettings { Storage = reading.Settings.Storage, Hotkey = reading.Settings.Hotkey }, reading.Settings);
        var warning = Assert.Single(reading.Problems);
        Assert.Same(warning, Assert.Single(reading.UnresolvedSecrets));
        Assert.True(warning.IsWarning);
        Assert.Equal(name, warning.Name);
        Assert.Contains("Key Vault Secrets User", warning.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("v.example", warning.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_needs_a_key_which_was_not_resolved_gives_way_to_the_default()
    {
        var settings = Read(
            ("Bittbridge:Storage", "minerstate"),
            ("Bittbridge:Model", "offshore-opening"),
            ("Bittbridge:TwelveData:ApiKey", "@Microsoft.KeyVault(VaultName=v;SecretName=twelvedata-apikey)")
        );

        Assert.Equal(MinerSettings.DefaultModel, settings.Model);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000/")]
    [InlineData("http://localhost:9000/predict#my-arima@2")]
    [InlineData("https://models.example/")]
    public void A_model_may_be_the_URL_of_a_program_on_this_machine_or_of_one_with_https(string url)
    {
        var settings = Read(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Model", url), ("Bittbridge:ModelToken", "a-token"));

        Assert.Equal((url, "a-token"), (settings.Model, settings.ModelToken));
    }

    [Fact]
    public void In_production_a_model_is_not_asked_in_plain_text_over_the_network()
    {
        const string Url = "http://10.0.0.7:9000/";

        Assert.Equal(
            "The setting Bittbridge:Model is http://10.0.0.7:9000, which is neither on this machine nor https: use https, or serve the "
                + "model on this machine at http://127.0.0.1:PORT/.",
            Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Model", Url))
        );
        Assert.Equal(Url, Read(("ASPNETCORE_ENVIRONMENT", "Development"), ("Bittbridge:Model", Url)).Model);
    }

    [Fact]
    public void A_models_token_is_never_sent_in_plain_text_over_the_network() =>
        Assert.Contains(
            "which would send the token of ModelToken in plain text",
            Refusal(
                ("ASPNETCORE_ENVIRONMENT", "Development"),
                ("Bittbridge:Model", "http://10.0.0.7:9000/"),
                ("Bittbridge:ModelToken", "a-token")
            ),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("http://user:hunter2@127.0.0.1:9000/")]
    [InlineData("http://127.0.0.1:9000/?code=hunter2")]
    public void A_models_URL_with_a_secret_is_refused_and_not_shown(string url)
    {
        var message = Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Model", url));

        Assert.Contains("ModelToken takes a token", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_models_token_that_cannot_be_one_is_refused_and_not_shown()
    {
        var message = Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:ModelToken", "two words"));

        Assert.Contains("Bittbridge:ModelToken", message, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_found_at_once()
    {
        var reading = Examine(
            ("Bittbridge:Hotkey", "5abc"),
            ("Bittbridge:Storage", "AccountName=acct;AccountKey=bad"),
            ("Bittbridge:Level", "2"),
            ("Bittbridge:Network", "tset"),
            ("Bittbridge:LinearModel", "no-such-file.json"),
            ("BITTBRIDGE_PRICES_SCHEDULE", "never"),
            ("Bittbridge:Netuidd", "7"),
            ("Bittbridge:CoinGecko:BaseAddress", "gecko")
        );

        Assert.Equal(
            [
                "BITTBRIDGE_PRICES_SCHEDULE",
                "Bittbridge:CoinGecko:BaseAddress",
                "Bittbridge:Hotkey",
                "Bittbridge:Level",
                "Bittbridge:LinearModel",
                "Bittbridge:Netuidd",
                "Bittbridge:Network",
                "Bittbridge:Storage",
            ],
            reading.Problems.Select(problem => problem.Name).Order(StringComparer.Ordinal)
        );
        Assert.True(reading.Problems[^1].IsUnknownName);
        Assert.Throws<SettingsException>(() => reading.Usable());
        Assert.True(reading.Lacks(SettingNames.Storage));
        Assert.False(reading.Lacks(SettingNames.Netuid));
    }

    public static TheoryData<string> Names => [.. SettingNames.All];

    [Theory, MemberData(nameof(Names))]
    public void A_secret_in_the_wrong_setting_is_never_repeated(string name)
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            Assert.Every(
                Secrets.All,
                secret =>
                {
                    var reading = Examine(
                        ("ASPNETCORE_ENVIRONMENT", environment),
                        ("Bittbridge:Storage", "minerstate"),
                        (SettingNames.Full(name), secret.Text)
                    );
                    Assert.All(
                        reading.Problems,
                        problem => Assert.DoesNotContain(secret.Hidden, problem.ToString(), StringComparison.OrdinalIgnoreCase)
                    );
                }
            );
        }
    }

    [Fact]
    public void Quotes_that_a_shell_left_in_a_value_are_explained() =>
        Assert.Contains(
            "with quotes around it: remove them:",
            Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Netuid", "\"420\"")),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_schedule_that_never_comes_is_refused() =>
        Assert.Contains(
            "of a time that occurs",
            Refusal(("Bittbridge:Storage", "minerstate"), ("BITTBRIDGE_HOUSEKEEPING_SCHEDULE", "0 0 0 30 2 *")),
            StringComparison.Ordinal
        );

    [Fact]
    public void Files_of_settings_are_read_to_their_end()
    {
        var folder = Directory.CreateTempSubdirectory("settings");
        try
        {
            var (prices, linear) = (Path.Combine(folder.FullName, "prices.csv"), Path.Combine(folder.FullName, "linear.json"));
            File.WriteAllText(prices, "timestamp_utc,close\n2025-10-13T15:15:00Z,7.1397\n2025-10-13T15:20:00Z,dear\n");
            File.WriteAllBytes(linear, [(byte)'{', (byte)'\n', 0xE9]);
            Directory.CreateDirectory(Path.Combine(folder.FullName, "model"));

            var problems = Examine(
                ("ASPNETCORE_ENVIRONMENT", "Development"),
                ("Bittbridge:Prices:Source", prices),
                ("Bittbridge:LinearModel", linear),
                ("Bittbridge:Model", Path.Combine(folder.FullName, "model"))
            )
                .Problems.ToDictionary(problem => problem.Name);

            Assert.Contains("line 3", problems["Bittbridge:Prices:Source"].ToString(), StringComparison.Ordinal);
            Assert.Contains("which is not UTF-8 in line 2: ", problems["Bittbridge:LinearModel"].ToString(), StringComparison.Ordinal);
            Assert.Contains(
                "which does not hold a model: put linear.json or calibration.json or model.json into it",
                problems["Bittbridge:Model"].ToString(),
                StringComparison.Ordinal
            );
            Assert.True(problems["Bittbridge:Model"].IsWarning);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("6d8f4ac21b9e4d7fa7c3e0b15d92f86", "a text of 31 characters (not shown): give it 32 or more")]
    [InlineData("6d8f4ac21b9e4d7f a7c3e0b15d92f864", "Operator:Token")]
    public void An_operator_s_token_that_could_be_guessed_or_sent_wrongly_is_refused_and_never_shown(string token, string word)
    {
        var message = Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Operator:Token", token));
        Assert.Contains(word, message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_s_token_that_the_vault_did_not_give_costs_the_token_and_not_the_miner()
    {
        var reading = Examine(
            ("Bittbridge:Storage", "minerstate"),
            ("Bittbridge:Hotkey", Hotkey),
            ("Bittbridge:Operator:Token", "@Microsoft.KeyVault(SecretUri=https://v.example/secrets/operator)")
        );
        var problem = Assert.Single(reading.Problems, problem => problem.Name == "Bittbridge:Operator:Token");
        Assert.True(problem.IsWarning);
        Assert.Contains("Key Vault", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SecretUri", problem.ToString(), StringComparison.Ordinal);
        Assert.Null(reading.Settings.OperatorToken);
    }

    [Theory]
    [InlineData("Development", null, null, true)]
    [InlineData(null, "Development", null, true)]
    [InlineData("development", "Development", "Development", true)]
    [InlineData("Development", "Production", null, false)]
    [InlineData(null, null, null, false)]
    [InlineData("Staging", null, null, false)]
    public void Development_needs_one_variable_that_says_so_and_none_that_contradicts(
        string? functions,
        string? aspnet,
        string? dotnet,
        bool development
    )
    {
        var settings = new Dictionary<string, string?>
        {
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = functions,
            ["ASPNETCORE_ENVIRONMENT"] = aspnet,
            ["DOTNET_ENVIRONMENT"] = dotnet,
        };
        Assert.Equal(development, MinerEnvironment.IsDevelopment(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Fact]
    public void A_misspelled_name_is_found_and_a_known_one_is_not() =>
        Assert.Equal(
            ["Bittbridge:Budget", "Bittbridge:CoinGecko:Key"],
            UnknownSettings
                .Problems(
                    Configuration(
                        ("Bittbridge:Budget", "5"),
                        ("Bittbridge:BudgetMs", "500"),
                        ("Bittbridge:CoinGecko:Key", "a"),
                        ("Bittbridge:prices:source", "coingecko")
                    )
                )
                .Select(problem => problem.Name)
        );

    [Theory]
    [InlineData("Bittbridge:Acces", "Bittbridge:Access")]
    [InlineData("Bittbridge:Hotky", "Bittbridge:Hotkey")]
    [InlineData("Bitbridge:Hotkey", "Bittbridge:Hotkey")]
    [InlineData("Bittbridge:TwelveDataApiKey", "Bittbridge:TwelveData:ApiKey")]
    [InlineData("Bittbridge:CoinGeckoApiKey", "Bittbridge:CoinGecko:ApiKey")]
    [InlineData("Bittbridge:Budget", "Bittbridge:BudgetMs")]
    [InlineData("BITTBRIDGE_PRICE_SCHEDULE", "BITTBRIDGE_PRICES_SCHEDULE")]
    [InlineData("BITTBRIDGE_HOTKEY", "Bittbridge:Hotkey")]
    public void The_nearest_name_is_suggested(string name, string meant) =>
        Assert.Contains(
            $"did you mean {meant}?",
            Assert.Single(UnknownSettings.Problems(Configuration((name, "x")))).Remedy,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Bittbridge:ApiKey")]
    [InlineData("Bittbridge:BaseAddress")]
    public void A_name_that_two_settings_have_is_not_guessed(string name) =>
        Assert.DoesNotContain(
            "did you mean",
            Assert.Single(UnknownSettings.Problems(Configuration((name, "x")))).Remedy,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("BITTBRIDGE_TEST_FUZZ_INPUTS")]
    [InlineData("BITTBRIDGE_LOCAL_FOLDER")]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("PATH")]
    public void Names_of_others_are_left_alone(string name) => Assert.Empty(UnknownSettings.Problems(Configuration((name, "x"))));

    [Fact]
    public void A_name_far_from_all_gets_no_suggestion() =>
        Assert.Contains(
            "docs/settings.md",
            Assert.Single(UnknownSettings.Problems(Configuration(("Bittbridge:Xylophone", "x")))).Remedy,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Bittbridge:Model")]
    [InlineData("Bittbridge:LinearModel")]
    [InlineData("Bittbridge:Prices:Source")]
    [InlineData("Bittbridge:Hotkey")]
    [InlineData("Bittbridge:Network")]
    [InlineData("Bittbridge:TablePrefix")]
    public void A_value_with_a_control_character_is_refused_by_name(string name)
    {
        var reading = SettingsReader.Examine(Configuration((name, "./a\0b/model")));

        Assert.Contains(reading.Problems, problem => problem.Name == name && !problem.ToString().Any(char.IsControl));
        Assert.False(reading.IsUsable);
    }

    [Fact]
    public void Any_value_of_any_setting_is_read_or_refused_in_one_line()
    {
        var number = 0;
        ParserFuzzing.RunCostly(
            [
                .. new[]
                {
                    "signed",
                    $"{Hotkey},5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
                    "https://a.example:1/key,ws://[::1]:9944",
                    "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=aHVudGVyMg==;EndpointSuffix=core.windows.net",
                    "BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=sv=2024-11-04&ss=bt&sig=aHVudGVyMg==",
                    "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1",
                    "45 4-59/5 * * * *",
                    "ensemble@1!",
                    "~/models/mine",
                    "0.9",
                    "800",
                    "CG-0123456789abcdefghijkl",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            cost: 4,
            bytes =>
            {
                var name = SettingNames.Full(SettingNames.All[number++ % SettingNames.All.Count]);
                var reading = Examine(("ASPNETCORE_ENVIRONMENT", "Development"), (name, Encoding.UTF8.GetString(bytes)));
                Assert.All(
                    reading.Problems,
                    problem =>
                    {
                        Assert.DoesNotContain(problem.ToString(), char.IsControl);
                        Assert.InRange(problem.ToString().Length, 20, 1000);
                    }
                );
            }
        );
    }

    [Fact]
    public void The_defaults_of_the_settings_are_those_of_an_empty_section()
    {
        var read = Read(("Bittbridge:Storage", "minerstate"));
        Assert.Equal(new MinerSettings { Storage = new("minerstate"), Hotkey = Hotkey }, read);
    }

    [Fact]
    public void Without_a_hotkey_only_open_access_starts_and_only_in_development()
    {
        Assert.Contains(
            "Bittbridge:Hotkey is missing",
            Refusal(("Bittbridge:Storage", "minerstate"), ("Bittbridge:Hotkey", "")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Bittbridge:Hotkey is missing",
            Refusal(("ASPNETCORE_ENVIRONMENT", "Development"), ("Bittbridge:Hotkey", "")),
            StringComparison.Ordinal
        );
        Assert.Null(Read(("ASPNETCORE_ENVIRONMENT", "Development"), ("Bittbridge:Access", "Open"), ("Bittbridge:Hotkey", "")).Hotkey);
    }

    // The hotkey is //Bob's where a test does not say.
    private static MinerSettings Read(params (string Name, string Value)[] values) => SettingsReader.Read(Configuration(values));

    private static SettingsReading Examine(params (string Name, string Value)[] values) => SettingsReader.Examine(Configuration(values));

    private static string Refusal(params (string Name, string Value)[] values) =>
        Assert.Throws<SettingsException>(() => Read(values)).Message;

    private static IConfiguration Configuration(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                values
                    .Prepend((Name: "Bittbridge:Hotkey", Value: Hotkey))
                    .GroupBy(v => v.Name)
                    .ToDictionary(g => g.Key, g => (string?)g.Last().Value)
            )
            .Build();
}
