using System.Net;
using Bittbridge.Miner;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;

namespace Bittbridge.SelfHost;

/// <summary>The miner on Kestrel.</summary>
internal static class MinerApplication
{
    /// <summary>
    /// The default log levels, which the environment may override: the miner's own lines, and only problems of the framework.
    /// </summary>
    private static readonly Dictionary<string, string?> QuietFramework = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",

        // MinerHost itself reports what ended the miner.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        ["Logging:LogLevel:Azure"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
    };

    /// <exception cref="SettingsException">A setting can't be used.</exception>
    public static WebApplication Build(
        IEnumerable<KeyValuePair<string, string?>> settings,
        int port,
        IPAddress? address,
        SwitchProblems switches,
        Action<MinerBuilder> add
    )
    {
        // Settings are read once. Watching for changes would scan every folder below the working directory.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.AddInMemoryCollection(QuietFramework);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings);
        AddConsole(builder);
        builder.Services.AddOtlpExport(builder.Configuration);
        var reading = SettingsReader.Examine(builder.Configuration);
        var logging = HostSettings.OfConsole(builder.Configuration);
        if (logging.Count > 0 || reading.Problems.Any(problem => problem.Name.StartsWith("Logging:", StringComparison.Ordinal)))
        {
            // The host can't be built with these settings, so the model's name can't be checked.
            Demand(reading, switches, logging);
        }

        add(builder.Services.AddMiner(reading));
        builder.Services.AddServerMetrics(builder.Configuration, reading.Settings);
        builder.Services.AddMinerSchedule();
        builder.Services.Configure<SocketTransportOptions>(ConnectionLimits.Configure);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var limits = new ConnectionLimits(reading.Settings.Limits, ConnectionLimits.Descriptors());
            limits.Configure(kestrel);
            kestrel.ConfigureEndpointDefaults(limits.Configure);
            kestrel.Listen(address ?? (reading.Settings.IsDevelopment ? IPAddress.Loopback : IPAddress.Any), port);
        });
        var app = builder.Build();
        ConnectionLimits.Configure(app);
        Check(app, reading, switches);
        app.MapMiner();
        app.Lifetime.ApplicationStarted.Register(() => StartLog.Listens(app, reading.Settings, port));
        return app;
    }

    /// <summary>Lines for people, or for programs where the setting Logging:Console:FormatterName is "json".</summary>
    private static void AddConsole(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Logging:Console:FormatterName"] == ConsoleFormatterNames.Json)
        {
            builder.Logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = ("HH:mm:ss ", true));
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss ", true)
            );
        }
    }

    // Reports all problems at once: of the switches, of the settings, and of the model's name, which may be one of the user's own models.
    private static void Check(WebApplication app, SettingsReading reading, SwitchProblems switches)
    {
        List<SettingProblem> found = [];
        try
        {
            _ = app.Services.GetRequiredService<ConfiguredModel>();
        }
        catch (SettingsException exception)
        {
            found.AddRange(exception.Problems);
        }

        found.AddRange(HostSettings.OfKestrel(app.Configuration, app.Services));
        Demand(reading, switches, found);
    }

    private static void Demand(SettingsReading reading, SwitchProblems switches, IReadOnlyList<SettingProblem> found)
    {
        // If the wallet can't be read, the missing hotkey is not another problem.
        var settings = reading.Problems.Where(problem => switches.IsWalletRead || problem.Name != SettingNames.Full(SettingNames.Hotkey));
        SettingsReading all = new(reading.Settings, [.. switches.Wrong, .. found, .. settings]);
        _ = switches.Unread.Count > 0 ? throw new SettingsException(all.Problems, switches.Unread) : all.Usable();
    }
}
