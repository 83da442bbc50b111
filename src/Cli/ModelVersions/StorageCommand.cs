using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Local;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>A command on the storage that miners share: its options, its output and its failures.</summary>
internal abstract class StorageCommand(IConfiguration environment)
{
    private readonly StorageOptions _storage = new(environment);
    private readonly Option<bool> _json = new("--json") { Description = "One line of JSON" };

    /// <summary>The settings of the miner that the command line names.</summary>
    protected IConfiguration Settings { get; } = environment;

    /// <summary>Whether it changes storage.</summary>
    protected virtual bool Writes => true;

    public Command Create()
    {
        var command = Describe();
        if (Writes)
        {
            LocalMiner.MustBeNamedFor(command);
        }

        _storage.AddTo(command);
        command.Add(_json);
        command.DemandAll(_storage.Problems);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Creates the command with its own arguments.</summary>
    protected abstract Command Describe();

    /// <exception cref="RefusedException">The command failed.</exception>
    protected abstract Task RunAsync(ParseResult parsed, ModelStorage storage, ModelsReport report, CancellationToken ct);

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var storage = new ModelStorage(_storage.Read(parsed.CommandResult));
        try
        {
            await RunAsync(parsed, storage, new(parsed.GetValue(_json)), ct);
            return 0;
        }
        catch (Exception exception) when (exception is RefusedException or DamagedDeploymentException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && StorageFailures.IsUnavailable(exception))
        {
            await Console.Error.WriteLineAsync(
                StorageOptions.InWords(
                    exception,
                    "read and write tables and blobs there (the roles Storage Table Data Contributor and Storage Blob Data Contributor)"
                )
            );
        }

        return 1;
    }
}
