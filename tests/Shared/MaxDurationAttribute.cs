using System.Reflection;
using Bittbridge.Tools.Testing;
using Xunit;
using Xunit.v3;

namespace Bittbridge.Testing;

/// <summary>
/// Bounds every test of an assembly: after so many minutes its cancellation token is cancelled, which every wait uses, and the test fails
/// by its name instead of holding up the run. If the test has not ended a minute later, because it blocks or uses another token, the
/// process ends and names it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MaxDurationAttribute(int minutes) : BeforeAfterTestAttribute
{
    private const string Key = "Bittbridge.MaxDuration";

    /// <summary>How long a test may take to end after its token was cancelled.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly Lock Gate = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Environment.GetEnvironmentVariable(ParserFuzzing.InputsVariable) is not null)
        {
            // Such a run takes as long as it was asked to.
            return;
        }

        var context = TestContext.Current;
        context.KeyValueStorage[Key + test.UniqueID] = Watch(
            TimeProvider.System,
            TimeSpan.FromMinutes(minutes),
            context.CancelCurrentTest,
            () => EndProcess($"{test.TestDisplayName} did not end within {minutes} minutes, nor a minute after it was cancelled.")
        );
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.KeyValueStorage.TryRemove(Key + test.UniqueID, out var timer))
        {
            ((ITimer)timer!).Dispose();
        }

        if (TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"The test was cancelled: it did not end within {minutes} minutes, or the run was stopped.");
        }
    }

    /// <summary>Calls <paramref name="cancel"/> after the limit, and <paramref name="end"/> a minute later.</summary>
    /// <returns>What stops it when it is disposed of.</returns>
    public static ITimer Watch(TimeProvider clock, TimeSpan limit, Action cancel, Action end)
    {
        var ticks = 0;
        // Each tick runs by itself, so a cancellation that blocks does not keep the process from ending.
        return clock.CreateTimer(_ => (Interlocked.Increment(ref ticks) == 1 ? cancel : end)(), null, limit, Grace);
    }

    private static void EndProcess(string reason)
    {
        // Of tests that are due together, the first is named.
        lock (Gate)
        {
            if (Environment.GetEnvironmentVariable(TestRun.ResultsVariable) is { Length: > 0 } folder)
            {
                File.WriteAllText(TestReport.ReasonFile(folder, Assembly.GetEntryAssembly()!.GetName().Name!), reason);
            }

            // An exit in order would wait for the test.
            Environment.FailFast(reason);
        }
    }
}
