using System.Net;
using Bittbridge.Miner;

namespace Bittbridge.SelfHost;

/// <summary>The miner on Kestrel.</summary>
internal static class MinerApplication
{
    /// <summary>What is logged unless the environment says otherwise: the miner's own lines, and of the framework only what is wrong.</summary>
    private static readonly Dictionary<string, string?> QuietFramework = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Azure"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
    };

    /// <exception cref="SettingsException">A setting can't be used.</exception>
    public static WebApplication Build(IEnumerable<KeyValuePair<string, string?>> settings, int port, string? address, Action<MinerBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(QuietFramework);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss ", true));
        builder.Services.AddOtlpExport(builder.Configuration);
        add(builder.Services.AddMiner(builder.Configuration));
        builder.Services.AddMinerSchedule();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(Endpoint(builder.Configuration, port, address));
        });
        var app = builder.Build();
        app.MapMiner();
        return app;
    }

    private static IPEndPoint Endpoint(IConfiguration configuration, int port, string? address)
    {
        if (port is < 0 or > ushort.MaxValue)
        {
            throw new SettingsException($"The switch --axon.port is '{port}': choose a port from 1 to 65535.");
        }

        var byDefault = MinerEnvironment.IsDevelopment(configuration) ? IPAddress.Loopback : IPAddress.Any;
        return address is null ? new(byDefault, port)
            : IPAddress.TryParse(address, out var given) ? new(given, port)
            : throw new SettingsException($"The switch --axon.ip is '{address}': set it to an IP address such as 0.0.0.0.");
    }
}
