using System.CommandLine;
using System.CommandLine.Parsing;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>The options for the miners' storage; without them the settings of the environment count.</summary>
internal sealed class StorageOptions(IConfiguration environment)
{
    private readonly Option<string?> _storage = new("--storage")
    {
        Description = "A connection string, or the name of a storage account (the miner's setting Storage)",
    };
    private readonly Option<string?> _tablePrefix = new("--table-prefix")
    {
        Description = "The prefix of the table names (the miner's setting TablePrefix)",
    };

    public void AddTo(Command command)
    {
        command.Add(_storage);
        command.Add(_tablePrefix);
    }

    /// <summary>The options that are given.</summary>
    public IEnumerable<string> Given(CommandResult result) =>
        new[] { _storage, _tablePrefix }.Where(option => result.GetValue(option) is not null).Select(option => option.Name);

    /// <summary>One sentence for each invalid value.</summary>
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

    /// <exception cref="SettingsException">A value is invalid.</exception>
    public StorageSettings Read(CommandResult result) => SettingsReader.ReadStorage(Configuration(result));

    /// <summary>One sentence on a failure of storage, with the remedy.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="rights">The rights that the user needs, such as "read tables there".</param>
    public static string InWords(Exception exception, string rights)
    {
        var tryAgain = exception is OperationCanceledException ? "try again if this machine is busy, else " : "";
        return $"{Shown.Capitalized(StorageFailures.InWords(exception))}: {tryAgain}check --storage, that you may {rights}, and the "
            + "connection to it.";
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
