namespace Bittbridge.Bittensor.Keys;

/// <summary>The development keys, whose secrets are public.</summary>
public static class DevelopmentNames
{
    private static readonly string[] People = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "One", "Two"];

    private static readonly Lazy<Dictionary<PublicKey, string>> Names = new(() =>
        new[] { "" }.Concat(People.Select(name => "//" + name)).Concat(People.Select(name => $"//{name}//stash")).ToDictionary(Key)
    );

    /// <summary>
    /// The path of a well-known key, such as <c>//Alice</c>; empty for the development phrase's own; null for any other key.
    /// </summary>
    public static string? Of(PublicKey key) => Names.Value.GetValueOrDefault(key);

    private static PublicKey Key(string path)
    {
        using var pair = DevelopmentKey.Derive(path);
        return pair.PublicKey;
    }
}
