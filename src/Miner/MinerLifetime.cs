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
/// Starts and stops the miner. The start rejects a missing model and logs what the user should know; the stop lets the models clean up.
/// The start does not wait for the network.
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
    /// <summary>How long the models may take to clean up when the miner stops; they do it concurrently.</summary>
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
            ChallengeLog.SignaturesAreNotChecked(logger);
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

        // Loads the prices before the first challenge of a cold instance.
        _ = Task.Run(async () => await prices.CurrentAsync(CancellationToken.None), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(models.Names.Select(name => CleanUpAsync(models.Find(name)!)));

    private async Task CleanUpAsync(IPredictionModel model)
    {
        try
        {
            await ModelThreads.Start(() => model.CleanupAsync().AsTask()).Unwrap().WaitAsync(MaxCleanupTime, clock);
        }
        catch (TimeoutException)
        {
            LifetimeLog.CleanupLate(logger, model.Id, MaxCleanupTime.TotalSeconds);
        }
        // A user's model may throw any exception; the others must still clean up.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LifetimeLog.CleanupFailed(logger, exception, model.Id);
        }
    }
}
