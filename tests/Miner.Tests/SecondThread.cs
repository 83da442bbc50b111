namespace Bittbridge.Miner.Tests;

/// <summary>
/// Work of a second thread that comes at a chosen point of the test's thread. Each order of the two can so be tested, and none by chance.
/// </summary>
/// <param name="point">The number of the point, from 1.</param>
/// <param name="work">The work.</param>
internal sealed class SecondThread<T>(int point, Func<T> work)
{
    private Task<T>? _working;
    private int _passed;

    /// <summary>
    /// Passes a point of the test's thread. At the chosen one the second thread starts, and this returns when it has ended or waits for a
    /// lock that the test's thread holds.
    /// </summary>
    public void Pass()
    {
        if (Interlocked.Increment(ref _passed) != point)
        {
            return;
        }

        var working = new Task<T>(work);
        var thread = new Thread(() => working.RunSynchronously(TaskScheduler.Default)) { IsBackground = true };
        thread.Start();
        Assert.True(
            SpinWait.SpinUntil(
                () => (thread.ThreadState & (ThreadState.Stopped | ThreadState.WaitSleepJoin)) != 0,
                TimeSpan.FromMinutes(3)
            ),
            "The second thread neither ends nor waits for a lock."
        );
        _working = working;
    }

    /// <summary>What the work returns.</summary>
    public Task<T> ResultAsync()
    {
        Assert.NotNull(_working);
        return _working.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }
}
