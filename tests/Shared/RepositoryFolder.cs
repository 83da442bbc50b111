using Bittbridge.Tools;

namespace Bittbridge.Testing;

/// <summary>The root of the checkout that the tests were built from.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Checkout.Find().Root;

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);
}
