using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Bittbridge.SelfHost;

/// <summary>
/// The settings of the framework itself. It throws for a value that it can't use, and its exception does not always name the setting.
/// </summary>
internal static class HostSettings
{
    private const string Console = "Logging:Console";
    private const string Kestrel = "Kestrel";

    /// <summary>What is wrong in the section of the console's logger, without which no host can be built.</summary>
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

    // One by one, for the framework's exception does not carry the name as a value.
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

    /// <summary>What is wrong in Kestrel's section.</summary>
    public static IReadOnlyList<SettingProblem> OfKestrel(IConfiguration configuration, IServiceProvider services)
    {
        var section = configuration.GetSection(Kestrel);
        List<SettingProblem> urls = [.. section.GetSection("Endpoints").GetChildren().Select(Url).OfType<SettingProblem>()];

        // Kestrel loads its section once, and would do so at the start.
        return urls.Count > 0 ? urls : Load(section, services);
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

    private static IReadOnlyList<SettingProblem> Load(IConfigurationSection section, IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.ConfigurationLoader?.Load();
            return [];
        }
        // What Kestrel throws for a wrong value differs by setting.
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
