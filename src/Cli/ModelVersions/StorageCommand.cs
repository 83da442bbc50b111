using System.CommandLine;
using System.CommandLine.Parsing;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>A command on the storage that miners share: where it is, how to show the outcome, and what becomes of failures.</summary>
internal abstract class StorageCommand(IConfiguration environment)
{
    private readonly Option<string?> _storage = new("--storage")
    {
        Description = "A connection string, or the name of a storage account (the miner's setting Storage)",
    };
    private readonly Option<string?> _tablePrefix = new("--table-prefix")
    {
        Description = "What stands before the tables' names (the miner's setting TablePrefix)",
    };
    private readonly Option<bool> _json = new("--json") { Description = "One line of JSON" };

    public Command Create()
    {
        var command = Describe();
        command.Add(_storage);
        command.Add(_tablePrefix);
        command.Add(_json);
        command.DemandAll(result =>
            Problems(result)
                .Select(problem =>
                    $"{problem} Here "
                    + $"{(problem.Name == SettingNames.Full(SettingNames.TablePrefix) ? _tablePrefix : _storage).Name} sets it."
                )
        );
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>The command with its own arguments.</summary>
    protected abstract Command Describe();

    /// <exception cref="RefusedException">It can't be done.</exception>
    protected abstract Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct);

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var storage = new ModelStorage(SettingsReader.ReadStorage(Configuration(parsed.CommandResult)));
        try
        {
            await RunAsync(parsed, storage, new(parsed.GetValue(_json)), ct);
            return 0;
        }
        catch (Exception exception) when (exception is RefusedException or DamagedDeploymentException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsOutOfReach(exception))
        {
            await Console.Error.WriteLineAsync(
                $"{Capital(StorageFailures.InWords(exception))}: check --storage, that you may read and write tables and blobs there "
                    + "(the roles Storage Table Data Contributor and Storage Blob Data Contributor), and the way to it."
            );
        }

        return 1;
    }

    private IReadOnlyList<SettingProblem> Problems(CommandResult result)
    {
        try
        {
            _ = SettingsReader.ReadStorage(Configuration(result));
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Problems;
        }
    }

    private IConfiguration Configuration(CommandResult result)
    {
        var given = new Dictionary<string, string?>
        {
            [$"{SettingNames.Section}:{SettingNames.Storage}"] = result.GetValue(_storage),
            [$"{SettingNames.Section}:{SettingNames.TablePrefix}"] = result.GetValue(_tablePrefix),
        };
        return new ConfigurationBuilder()
            .AddConfiguration(environment)
            .AddInMemoryCollection(given.Where(pair => pair.Value is not null))
            .Build();
    }

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
