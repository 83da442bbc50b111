namespace Bittbridge.Bittensor.Keys;

/// <summary>The development keys, whose secrets are public.</summary>
public static class DevelopmentNames
{
    private static readonly string[] People = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "One", "Two"];

    private static readonly string[] Paths = ["", .. People.Select(name => $"//{name}"), .. People.Select(name => $"//{name}//stash")];

    private static readonly Lazy<PublicKey[]> Keys = new(() => Array.ConvertAll(Paths, Key));

    /// <summary>
    /// The path of a well-known key, such as <c>//Alice</c>; empty for the development phrase's own; null for any other key.
    /// </summary>
    public static string? Of(PublicKey key) => Array.FindIndex(Keys.Value, known => known == key) is >= 0 and var at ? Paths[at] : null;

    private static PublicKey Key(string path)
    {
        using var pair = DevelopmentKey.Derive(path);
        return pair.PublicKey;
    }
}
