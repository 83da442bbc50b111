namespace Bittbridge.Bittensor.Wire;

/// <summary>The synapses that this miner supports; the path of a request is the class name of its synapse.</summary>
public static class SynapseNames
{
    /// <summary>The question for a price and an interval.</summary>
    public const string Challenge = "Challenge";

    /// <summary>The plain synapse with which validators' tools ping a miner.</summary>
    public const string Synapse = "Synapse";

    /// <summary>
    /// The message for a path that names a known synapse but is not its path, such as <c>/Challenge/</c>: "not found" would be wrong for
    /// that name.
    /// </summary>
    public static string NotItsPath(string path, string name) =>
        $"Synapse name '{name}' is found at the path '/{name}' alone, not at '{path}'";

    /// <summary>The protocol's message for a path without a synapse.</summary>
    public static string NotFound(string name) => $"Synapse name '{name}' not found. Available synapses ['{Synapse}', '{Challenge}']";
}
