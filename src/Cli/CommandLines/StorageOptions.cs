using System.CommandLine;
using System.CommandLine.Parsing;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>Where the storage of the miners is: two switches, and the settings of the environment where they are left out.</summary>
internal sealed class StorageOptions(IConfiguration environment)
{
    private readonly Option<string?> _storage = new("--storage")
    {
        Description = "A connection string, or the name of a storage account (the miner's setting Storage)",
    };
    private readonly Option<string?> _tablePrefix = new("--table-prefix")
    {
        Description = "What stands before the tables' names (the miner's setting TablePrefix)",
    };

    public void AddTo(Command command)
    {
        command.Add(_storage);
        command.Add(_tablePrefix);
    }

    /// <summary>The switches that are given.</summary>
    public IEnumerable<string> Given(CommandResult result) =>
        new[] { _storage, _tablePrefix }.Where(option => result.GetValue(option) is not null).Select(option => option.Name);

    /// <summary>A sentence for each value that can't be used.</summary>
    public IEnumerable<string> Problems(CommandResult result)
    {
        try
        {
            _ = Read(result);
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Problems.Select(problem =>
                $"{problem} Here {(problem.Name == SettingNames.Full(SettingNames.TablePrefix) ? _tablePrefix : _storage).Name} sets it."
            );
        }
    }

    /// <exception cref="SettingsException">A value can't be used.</exception>
    public StorageSettings Read(CommandResult result) => SettingsReader.ReadStorage(Configuration(result));

    /// <summary>One sentence on storage that failed, with the remedy.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="rights">What the user must be able to do, such as "read tables there".</param>
    public static string InWords(Exception exception, string rights)
    {
        var failure = StorageFailures.InWords(exception);
        return $"{char.ToUpperInvariant(failure[0])}{failure[1..]}: check --storage, that you may {rights}, and the way to it.";
    }

    private IConfigurationRoot Configuration(CommandResult result)
    {
        var given = new Dictionary<string, string?>
        {
            [SettingNames.Full(SettingNames.Storage)] = result.GetValue(_storage),
            [SettingNames.Full(SettingNames.TablePrefix)] = result.GetValue(_tablePrefix),
        };
        return new ConfigurationBuilder()
            .AddConfiguration(environment)
            .AddInMemoryCollection(given.Where(pair => pair.Value is not null))
            .Build();
    }
}
