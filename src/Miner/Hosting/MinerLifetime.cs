using Bittbridge.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>The miner's start, which refuses a model that is not there and says what the user should know, and its end, which lets the models clean up. Nothing on the network is waited for.</summary>
public sealed class MinerLifetime(ForecastDesk desk, ModelRegistry models, SettingsReading reading, MinerSettings settings, IPrices prices, ILogger<MinerLifetime> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LifetimeLog.Started(logger, ProductVersion.Value, desk.Model, settings.Prices.Source, settings.IsDevelopment ? "Development" : "production");
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
        _ = Task.Run(async () => await prices.CurrentAsync(CancellationToken.None).ConfigureAwait(false), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var name in models.Names)
        {
            await CleanUpAsync(models.Find(name)!).ConfigureAwait(false);
        }
    }

    private async Task CleanUpAsync(IPredictionModel model)
    {
        try
        {
            await model.CleanupAsync().ConfigureAwait(false);
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
