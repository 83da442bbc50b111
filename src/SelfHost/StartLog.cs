using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.SelfHost;

/// <summary>Logs where the miner listens and what its user must do next.</summary>
internal static partial class StartLog
{
    public static void Listens(WebApplication app, MinerSettings settings, int port)
    {
        var addresses = string.Join(", ", app.Urls);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartLog));
        if (settings.IsDevelopment || settings.Access == AccessMode.Open)
        {
            Listens(logger, addresses);
        }
        else
        {
            Announce(logger, addresses, settings.Hotkey, port);
        }
    }

    [LoggerMessage(5010, LogLevel.Information, "Listens on {Addresses}")]
    private static partial void Listens(ILogger logger, string addresses);

    [LoggerMessage(
        5011,
        LogLevel.Information,
        "Listens on {Addresses}. Validators find it once its axon is on the chain: 'bittbridge axon --hotkey {Hotkey} --ip PUBLIC_IP "
            + "--port {Port}' shows what the chain says and prints the command"
    )]
    private static partial void Announce(ILogger logger, string addresses, string? hotkey, int port);
}
