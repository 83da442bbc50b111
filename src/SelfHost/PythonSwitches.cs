namespace Bittbridge.SelfHost;

/// <summary>Switches of the Python miner's start script that this miner does not have, and what replaces them.</summary>
internal static class PythonSwitches
{
    private static readonly Dictionary<string, string> Remedies = new(StringComparer.Ordinal)
    {
        ["--axon.external_ip"] = "'bittbridge axon --ip IP --port PORT' prints the btcli command that announces the address, so remove it",
        ["--axon.external_port"] = "'bittbridge axon --ip IP --port PORT' prints the btcli command that announces the port, so remove it",
        ["--axon.max_workers"] = "the number of workers follows from the load, so remove it",
        ["--subtensor.chain_endpoint"] = "give the URL with --subtensor.network",
        ["--subtensor._mock"] = "there is no mock; 'dotnet run eng/start.cs' runs without a chain",
        ["--blacklist.allow_non_registered"] = "set Bittbridge__Access=signed",
        ["--logging.trace"] = "give --logging.debug",
        ["--logging.info"] = "that is the default, so remove it",
        ["--logging.record_log"] = "the log goes to the console; redirect it to a file, so remove it",
        ["--logging.logging_dir"] = "the log goes to the console; redirect it to a file, so remove it",
        ["--logging.enable_third_party_loggers"] = "set the log level of the library, such as Logging__LogLevel__Azure=Debug",
        ["--neuron.axon_off"] = "without its axon a miner does nothing: stop it instead",
        ["--no_prompt"] = "nothing is asked, so remove it",
        ["--config"] = "settings are environment variables (docs/settings.md), so remove it",
        ["--strict"] = "every unknown switch is refused, so remove it",
        ["--mock"] = "there is no mock; 'dotnet run eng/start.cs' runs without a chain",
        ["--model"] = "set Bittbridge__Model (docs/settings.md)",
    };

    /// <summary>Prefixes of switches that configure features which this miner does not have.</summary>
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["--wandb."] =
            "the miner reports nothing to Weights & Biases; the dashboard and 'bittbridge report' show how it does, so remove it",
        ["--neuron."] = "this miner has no such setting; its state is in storage (Bittbridge__Storage), so remove it",
        ["--priority."] = "the number of workers follows from the load, so remove it",
    };

    /// <summary>What to do instead of using a switch; null if the Python miner does not have it either.</summary>
    public static string? Remedy(string name) =>
        Remedies.GetValueOrDefault(name)
        ?? Groups.Where(group => name.StartsWith(group.Key, StringComparison.Ordinal)).Select(group => group.Value).FirstOrDefault();
}
