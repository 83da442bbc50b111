using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// An empty collection passes no assertion here, since it would show nothing; Assert.All is for collections that may rightly be empty.
/// </summary>
public static class NonEmptyAssertions
{
    extension(Assert)
    {
        /// <summary>Each element passes, and there is at least one.</summary>
        public static void Every<T>(IEnumerable<T> collection, Action<T> action) => Assert.All(collection, action, throwIfEmpty: true);
    }
}
