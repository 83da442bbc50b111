using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// The miner's start, which refuses a model that is not there and says what the user should know, and its end, which lets the models clean
/// up. Nothing on the network is waited for.
/// </summary>
internal sealed class MinerLifetime(
    ForecastService forecasts,
    ModelCatalog models,
    SettingsReading reading,
    MinerSettings settings,
    IPrices prices,
    TimeProvider clock,
    ILogger<MinerLifetime> logger
) : IHostedService
{
    /// <summary>How long a model may take to clean up when the miner stops; they do it side by side.</summary>
    public static readonly TimeSpan MaxCleanupTime = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var model = PackageReader.IsPath(settings.Model) ? settings.Model : forecasts.Model.ToString();
        LifetimeLog.Started(
            logger,
            ProductVersion.Value,
            model,
            settings.Prices.Source,
            settings.IsDevelopment ? "Development" : "production"
        );
        if (settings.Access == AccessMode.Open)
        {
            ChallengeLog.NobodyIsChecked(logger);
        }

        foreach (var problem in reading.Problems)
        {
            if (problem.IsUnknownName)
            {
                ChallengeLog.UnknownSetting(logger, problem.Name, problem.Remedy);
            }
            else
            {
                LifetimeLog.DoubtfulSetting(logger, problem.Fault, problem.Remedy);
            }
        }

        // So that a cold instance's first challenge finds the prices in memory.
        _ = Task.Run(async () => await prices.CurrentAsync(CancellationToken.None), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(models.Names.Select(name => CleanUpAsync(models.Find(name)!)));

    private async Task CleanUpAsync(IPredictionModel model)
    {
        try
        {
            await Task.Run(() => model.CleanupAsync().AsTask()).WaitAsync(MaxCleanupTime, clock);
        }
        catch (TimeoutException)
        {
            LifetimeLog.CleanupLate(logger, model.Id, MaxCleanupTime.TotalSeconds);
        }
        // A user's model may throw anything; the others still get their turn.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LifetimeLog.CleanupFailed(logger, exception, model.Id);
        }
    }
}
