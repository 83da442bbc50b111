using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Bittbridge.SelfHost;

/// <summary>Checks the settings of the framework itself, whose exceptions for an unusable value do not always name the setting.</summary>
internal static class HostSettings
{
    private const string Console = "Logging:Console";
    private const string Kestrel = "Kestrel";

    /// <summary>The problems in the section of the console logger. With any of them the host can't be built.</summary>
    public static IReadOnlyList<SettingProblem> OfConsole(IConfiguration configuration)
    {
        var isJson = configuration[$"{Console}:FormatterName"] == ConsoleFormatterNames.Json;
        return
        [
            .. configuration
                .GetSection(Console)
                .AsEnumerable()
                .Where(setting => setting.Value is not null && !IsConsoleSetting(setting, isJson))
                .Select(setting => new SettingProblem(
                    setting.Key,
                    Shown.Value(setting.Value),
                    "set it to a value that .NET's console logger takes, or remove it"
                )),
        ];
    }

    // Checks one setting at a time, because the framework's exception does not have the name as a property.
    private static bool IsConsoleSetting(KeyValuePair<string, string?> setting, bool isJson)
    {
        var console = new ConfigurationBuilder().AddInMemoryCollection([setting]).Build().GetSection(Console);
        var formatter = console.GetSection("FormatterOptions");
        try
        {
            _ = console.Get<ConsoleLoggerOptions>();
            _ = isJson ? (object?)formatter.Get<JsonConsoleFormatterOptions>() : formatter.Get<SimpleConsoleFormatterOptions>();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The problems in Kestrel's section.</summary>
    public static IReadOnlyList<SettingProblem> OfKestrel(IConfiguration configuration, IServiceProvider services)
    {
        var section = configuration.GetSection(Kestrel);
        List<IConfigurationSection> endpoints = [.. section.GetSection("Endpoints").GetChildren()];
        List<SettingProblem> wrong =
        [
            .. endpoints.Select(Url).OfType<SettingProblem>(),
            .. endpoints.Prepend(section.GetSection("EndpointDefaults")).Select(Protocols).OfType<SettingProblem>(),
        ];

        // Kestrel would load its section when it starts; it loads it only once, so loading it here has no other effect.
        return wrong.Count > 0 ? wrong : Load(section, services);
    }

    private static SettingProblem? Url(IConfigurationSection endpoint)
    {
        const string Remedy = "set it to a URL such as http://0.0.0.0:8092, or remove the endpoint";
        var (name, text) = ($"{endpoint.Path}:Url", endpoint["Url"]);
        if (string.IsNullOrEmpty(text))
        {
            return new(name, null, Remedy);
        }

        try
        {
            return BindingAddress.Parse(text).Scheme == Uri.UriSchemeHttps
                ? new(name, Shown.Value(text), "set it to an http URL, for TLS ends in front of the miner")
                : null;
        }
        catch (FormatException)
        {
            return new(name, Shown.Value(text), Remedy);
        }
    }

    // The limits of connections are for one request at a time.
    private static SettingProblem? Protocols(IConfigurationSection endpoint)
    {
        var text = endpoint["Protocols"];
        return string.IsNullOrEmpty(text) || text.Equals(nameof(HttpProtocols.Http1), StringComparison.OrdinalIgnoreCase)
            ? null
            : new($"{endpoint.Path}:Protocols", Shown.Value(text), "set it to Http1, the only protocol of the miner, or remove it");
    }

    private static IReadOnlyList<SettingProblem> Load(IConfigurationSection section, IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.ConfigurationLoader?.Load();
            return [];
        }
        // The type of exception that Kestrel throws for a wrong value differs by setting.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var given = section.AsEnumerable().Select(setting => setting.Value).OfType<string>();
            return
            [
                new(Kestrel, "a section that can't be used", "correct it, or remove it")
                {
                    Detail = $"of which Kestrel says: {Shown.Message(exception.Message, given).ReplaceLineEndings(" ").TrimEnd('.')}",
                },
            ];
        }
    }
}
