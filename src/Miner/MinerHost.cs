using System.Globalization;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Runs a head until it ends and returns an exit status that tells a supervisor whether a restart can help.</summary>
public static class MinerHost
{
    /// <summary>Stopped on request.</summary>
    public const int Stopped = 0;

    /// <summary>An exception ended the miner, at start or later, or it could not listen on its port.</summary>
    public const int Failed = 1;

    /// <summary>Settings or switches can't be used; a restart does not help.</summary>
    public const int WrongSettings = 2;

    /// <summary>Builds the host, starts it and waits for its end. Problems go to the error stream, one sentence per line.</summary>
    /// <param name="build">Builds the host; may throw a <see cref="SettingsException"/>.</param>
    /// <param name="explain">Returns one sentence for an exception that is no bug, such as a port in use; null for any other.</param>
    /// <param name="ct">Stops the host.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(Func<IHost> build, Func<Exception, string?>? explain = null, CancellationToken ct = default)
    {
        // A model author's program may run in any culture; messages and logs must not depend on it.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        IHost? host = null;
        try
        {
            host = build();
            await host.StartAsync(ct);
            var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
            await host.WaitForShutdownAsync(ct);

            // Without this check the process would exit with 0 after a background service failed.
            return
                background
                    .Select(service => service.ExecuteTask?.Exception?.GetBaseException())
                    .FirstOrDefault(failure => failure is not null)
                    is { } failure
                ? await EndedAsync(host, failure)
                : Stopped;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Stopped;
        }
        // The outermost handler of the process: every exception becomes an exit status.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (Settings(exception) is { } wrong)
            {
                await SayAsync(wrong.Message);
                return WrongSettings;
            }

            if (explain?.Invoke(exception) is not { } sentence)
            {
                return await EndedAsync(host, exception);
            }

            await SayAsync(sentence);
            return Failed;
        }
        finally
        {
            await DisposeAsync(host);
        }
    }

    private static SettingsException? Settings(Exception exception) =>
        exception switch
        {
            SettingsException settings => settings,
            AggregateException { InnerExceptions: var several } when several.All(one => one is SettingsException) => new([
                .. several.Cast<SettingsException>().SelectMany(one => one.Problems),
            ]),
            _ => null,
        };

    private static async Task<int> EndedAsync(IHost? host, Exception exception)
    {
        if (host?.Services.GetService<ILoggerFactory>() is { } loggers)
        {
            LifetimeLog.Ended(loggers.CreateLogger(typeof(MinerHost)), exception);
            await SayAsync(
                $"The miner ended because of a {exception.GetType().Name} that it did not expect: see its log and report "
                    + "that as a bug."
            );
        }
        else
        {
            await SayAsync($"The miner could not be constructed: {exception}");
        }

        return Failed;
    }

    private static Task SayAsync(string text) => Console.Error.WriteLineAsync(text);

    private static async Task DisposeAsync(IHost? host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host?.Dispose();
        }
    }
}
