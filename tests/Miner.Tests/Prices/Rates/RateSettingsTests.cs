using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models.Forecasting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bittbridge.Miner.Tests.Prices.Rates;

public sealed class RateSettingsTests
{
    [Fact]
    public async Task Without_a_key_nothing_of_it_exists()
    {
        await using var services = Services();

        Assert.Equal("filtered-smoothers", services.GetRequiredService<MinerSettings>().Model);
        Assert.Null(services.GetRequiredService<ModelCatalog>().Find("offshore-opening"));
        Assert.Null(services.GetService<IRateSource>());
        Assert.Null(services.GetService<RateRefresh>());
        Assert.DoesNotContain("rates", Checks(services));
        Assert.NotNull(services.GetRequiredService<PollAndScore>());
    }

    [Fact]
    public async Task With_a_key_the_default_is_the_model_that_uses_the_rate_and_health_has_a_part_for_it()
    {
        await using var services = Services(("Bittbridge:TwelveData:ApiKey", "0123456789abcdef"));

        Assert.Equal("offshore-opening", services.GetRequiredService<MinerSettings>().Model);
        Assert.Equal("offshore-opening@1", services.GetRequiredService<ModelCatalog>().Find("offshore-opening")!.Id.ToString());
        Assert.Equal("twelvedata", services.GetRequiredService<IRateSource>().Name);
        Assert.Contains("rates", Checks(services));
        Assert.NotNull(services.GetRequiredService<PollAndScore>());
    }

    [Fact]
    public async Task Simulated_prices_have_no_real_rate()
    {
        await using var services = Services(
            ("Bittbridge:TwelveData:ApiKey", "0123456789abcdef"),
            ("Bittbridge:Prices:Source", "simulated")
        );

        Assert.Equal("filtered-smoothers", services.GetRequiredService<MinerSettings>().Model);
        Assert.Null(services.GetService<IRateSource>());
        Assert.DoesNotContain("rates", Checks(services));
    }

    [Fact]
    public async Task A_model_that_is_named_stays_that_model()
    {
        await using var services = Services(("Bittbridge:TwelveData:ApiKey", "0123456789abcdef"), ("Bittbridge:Model", "arima"));

        Assert.Equal("arima", services.GetRequiredService<MinerSettings>().Model);
    }

    [Fact]
    public void An_address_that_is_none_is_refused_with_the_remedy() =>
        Assert.Contains(
            "https://api.twelvedata.com",
            Assert.Throws<SettingsException>(() => Services(("Bittbridge:TwelveData:BaseAddress", "ftp://x"))).Message,
            StringComparison.Ordinal
        );

    private static IEnumerable<string> Checks(ServiceProvider services) =>
        services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => check.Name);

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMiner(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings
                        .Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))
                        .Append(new("ASPNETCORE_ENVIRONMENT", "Development"))
                        .Append(new("Bittbridge:Access", "open"))
                )
                .Build()
        );
        return services.BuildServiceProvider();
    }
}
