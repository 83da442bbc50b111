using Bittbridge.Bittensor;
using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>All that is wrong with the settings, and settings that can be read all the same: what can't be used is put out of the way, so that the rest can be looked at.</summary>
internal sealed class SettingsDiagnosis
{
    private static readonly string HotkeySetting = $"{SettingNames.Section}:{SettingNames.Hotkey}";
    private static readonly string StorageSetting = $"{SettingNames.Section}:{SettingNames.Storage}";

    private readonly HashSet<string> _putAside;

    private SettingsDiagnosis(IConfiguration readable, IReadOnlyList<string> faults, HashSet<string> putAside) => (Readable, Faults, _putAside) = (readable, faults, putAside);

    /// <summary>The settings, with stand-ins for what can't be used; never to be mined with.</summary>
    public IConfiguration Readable { get; }

    /// <summary>The sentence on each setting that can't be used.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Whether one of these settings can't be used.</summary>
    /// <param name="names">As <see cref="SettingNames"/> has them.</param>
    public bool Lacks(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_putAside.Contains(name) || _putAside.Contains($"{SettingNames.Section}:{name}"))
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="SettingsException">What is wrong can't be put out of the way.</exception>
    public static SettingsDiagnosis Of(IConfiguration configuration)
    {
        List<string> faults = [];
        var standIns = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            var readable = new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(standIns).Build();
            try
            {
                SettingsReader.Read(readable);
                return new(readable, faults, new(standIns.Keys, StringComparer.OrdinalIgnoreCase));
            }
            catch (SettingsException exception) when (Named(exception.Message) is { } name && standIns.TryAdd(name, StandIn(name)))
            {
                faults.Add(exception.Message);
            }
        }
    }

    // Every message of the reader begins with the setting's name.
    private static string? Named(string message)
    {
        if (message.Split(' ') is not ["The", "setting", var said, ..])
        {
            return null;
        }

        // Names in capitals are read as they stand.
        var isWhole = said.StartsWith(SettingNames.Section + ":", StringComparison.Ordinal) || said.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_');
        return isWhole ? said : $"{SettingNames.Section}:{said}";
    }

    private static string StandIn(string name) =>
        name == HotkeySetting ? DevelopmentKey.Derive("//Bob").Address.ToString()
        : name == StorageSetting ? "UseDevelopmentStorage=true"
        : "";
}
