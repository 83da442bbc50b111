using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Bittbridge.Testing;

/// <summary>
/// Bounds every test of an assembly: after so many minutes its cancellation token is cancelled, which every wait uses, and the test fails
/// by its name instead of holding up the run.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MaxDurationAttribute(int minutes) : BeforeAfterTestAttribute
{
    private const string Key = "Bittbridge.MaxDuration";

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Environment.GetEnvironmentVariable(ParserFuzzing.InputsVariable) is not null)
        {
            // Such a run takes as long as it was asked to.
            return;
        }

        var context = TestContext.Current;
        context.KeyValueStorage[Key + test.UniqueID] = new Timer(
            _ => context.CancelCurrentTest(),
            null,
            TimeSpan.FromMinutes(minutes),
            Timeout.InfiniteTimeSpan
        );
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.KeyValueStorage.TryRemove(Key + test.UniqueID, out var timer))
        {
            ((Timer)timer!).Dispose();
        }

        if (TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"The test was cancelled: it did not end within {minutes} minutes, or the run was stopped.");
        }
    }
}
