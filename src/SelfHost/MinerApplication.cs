using System.Net;
using Bittbridge.Miner;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Logging.Console;

namespace Bittbridge.SelfHost;

/// <summary>The miner on Kestrel.</summary>
internal static class MinerApplication
{
    /// <summary>
    /// What is logged unless the environment says otherwise: the miner's own lines, and of the framework only what is wrong.
    /// </summary>
    private static readonly Dictionary<string, string?> QuietFramework = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",

        // MinerHost says what ended the miner, once and in words.
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
        IReadOnlyList<SettingProblem> switches,
        Action<MinerBuilder> add
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(QuietFramework);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings);
        AddConsole(builder);
        builder.Services.AddOtlpExport(builder.Configuration);
        var reading = SettingsReader.Examine(builder.Configuration);
        add(builder.Services.AddMiner(reading));
        builder.Services.AddMinerSchedule();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var limits = new ConnectionLimits(reading.Settings.Limits, ConnectionLimits.Descriptors());
            limits.Configure(kestrel);
            kestrel.Listen(address ?? (reading.Settings.IsDevelopment ? IPAddress.Loopback : IPAddress.Any), port, limits.Configure);
        });
        var app = builder.Build();
        ConnectionLimits.Configure(app);
        Check(app.Services, reading, switches);
        app.MapMiner();
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

    // Everything at once: the switches, the settings, and the model's name, which the user's own models may answer to.
    private static void Check(IServiceProvider services, SettingsReading reading, IReadOnlyList<SettingProblem> switches)
    {
        List<SettingProblem> model = [];
        try
        {
            _ = services.GetRequiredService<ConfiguredModel>();
        }
        catch (SettingsException exception)
        {
            model.AddRange(exception.Problems);
        }

        // A wallet that can't be read is why no hotkey is set.
        var isWalletWrong = switches.Any(one => one.Name == WalletFolder.Switch);
        var settings = reading.Problems.Where(problem => !isWalletWrong || problem.Name != SettingNames.Full(SettingNames.Hotkey));
        _ = new SettingsReading(reading.Settings, [.. switches, .. model, .. settings]).Usable();
    }
}
