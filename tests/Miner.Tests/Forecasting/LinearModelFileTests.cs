using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Forecasting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class LinearModelFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_model_of_the_setting_is_found_by_its_name()
    {
        File.WriteAllText(
            _path,
            new LinearModelParameters(
                1,
                "7",
                "by hand",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                100,
                [0],
                [1],
                [0.5],
                0
            ).ToJson()
        );

        using var services = Services();

        Assert.Equal(new ModelId("linear", "7"), services.GetRequiredService<ModelCatalog>().Find("linear")!.Id);
        Assert.Equal(
            new ModelId(BuiltInModels.Default, "1"),
            services.GetRequiredService<ModelCatalog>().Find(MinerSettings.DefaultModel)!.Id
        );
    }

    [Fact]
    public void A_file_without_a_model_is_refused_with_setting_and_remedy()
    {
        File.WriteAllText(_path, "{}");

        var message = Assert.Throws<SettingsException>(Services).Message;

        Assert.Contains("Bittbridge:LinearModel", message, StringComparison.Ordinal);
        Assert.Contains("bittbridge fit", message, StringComparison.Ordinal);
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMiner(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["Bittbridge:Storage"] = "minerstate",
                        ["Bittbridge:Hotkey"] = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
                        ["Bittbridge:LinearModel"] = _path,
                    }
                )
                .Build()
        );
        return services.BuildServiceProvider();
    }
}
