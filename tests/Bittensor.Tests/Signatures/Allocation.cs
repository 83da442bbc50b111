namespace Bittbridge.Bittensor.Tests.Signatures;

/// <summary>How many bytes some work allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least of ten measurements: a collection that another test causes meanwhile counts the rest of the thread's allocation buffer,
    /// while what the work itself allocates is in each of them.
    /// </summary>
    public static long Of(Action work) =>
        Enumerable
            .Range(0, 10)
            .Select(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                work();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            })
            .Min();
}
