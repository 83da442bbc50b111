using Bittbridge.Miner.Health;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Health;

/// <summary>A secret that its vault did not give is a part of the miner's health and one log line.</summary>
public sealed class SecretsHealthTests
{
    private const string Reference = "@Microsoft.KeyVault(VaultName=vault-of-nobody;SecretName=a-secret)";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_missing_secret_is_named_with_its_remedy()
    {
        await using var services = Services(
            new(),
            ("Bittbridge:CoinGecko:ApiKey", Reference),
            ("Bittbridge:Notify:Webhook", Reference),
            ("Bittbridge:TwelveData:ApiKey", Reference)
        );

        var report = await services.GetRequiredService<MinerHealth>().CheckAsync(Ct);

        var part = report.Entries["secrets"];
        Assert.Equal(HealthStatus.Degraded, part.Status);
        Assert.Every(
            ["Bittbridge:CoinGecko:ApiKey", "Bittbridge:Notify:Webhook", "Bittbridge:TwelveData:ApiKey", "Key Vault Secrets User"],
            named => Assert.Contains(named, part.Description, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("vault-of-nobody", part.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_miner_starts_without_it_and_logs_one_line()
    {
        var log = new KeptLog();
        await using var services = Services(log, ("Bittbridge:Model", "offshore-opening"), ("Bittbridge:TwelveData:ApiKey", Reference));

        await services.GetServices<IHostedService>().OfType<MinerLifetime>().Single().StartAsync(Ct);

        Assert.Equal(
            "The setting Bittbridge:TwelveData:ApiKey is a Key Vault reference that was not resolved: ",
            Assert.Single(log.Lines, line => line.Text.Contains("Key Vault reference", StringComparison.Ordinal)).Text.Split("give")[0]
        );
    }

    [Fact]
    public async Task Without_a_missing_secret_there_is_no_such_part()
    {
        await using var services = Services(new(), ("Bittbridge:CoinGecko:ApiKey", "CG-0123456789"));

        Assert.DoesNotContain("secrets", (await services.GetRequiredService<MinerHealth>().CheckAsync(Ct)).Entries.Keys);
    }

    private static ServiceProvider Services(KeptLog log, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Append(("ASPNETCORE_ENVIRONMENT", "Development"))
                    .Append(("Bittbridge:Access", "open"))
                    .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2))
            )
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging(logging => logging.AddProvider(log));
        services.AddMiner(configuration);
        return services.BuildServiceProvider();
    }
}
