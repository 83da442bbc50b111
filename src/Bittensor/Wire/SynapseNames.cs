namespace Bittbridge.Bittensor.Wire;

/// <summary>The synapses this miner knows; the path of a request is the class name of its synapse.</summary>
public static class SynapseNames
{
    /// <summary>The question for a price and an interval.</summary>
    public const string Challenge = "Challenge";

    /// <summary>The plain synapse with which validators' tools ping a miner.</summary>
    public const string Synapse = "Synapse";

    /// <summary>
    /// What to say of a path that names a known synapse and is not its path, such as <c>/Challenge/</c>: that its name is not found would
    /// be wrong.
    /// </summary>
    public static string NotItsPath(string path, string name) =>
        $"Synapse name '{name}' is found at the path '/{name}' alone, not at '{path}'";

    /// <summary>The protocol's own words for a path that is no synapse here.</summary>
    public static string NotFound(string name) => $"Synapse name '{name}' not found. Available synapses ['{Synapse}', '{Challenge}']";
}
