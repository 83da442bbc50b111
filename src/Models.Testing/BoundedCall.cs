using System.Globalization;

namespace Bittbridge.Models.Testing;

/// <summary>Calls a model, which may block, hang or throw anything, and describes what happened.</summary>
internal static class BoundedCall
{
    /// <summary>How long to wait for a call that was canceled.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs the work on a thread of its own, which it gets at once even while other tests keep the thread pool busy. Work that is not done
    /// in time is canceled, so that it does not disturb the checks after it.
    /// </summary>
    public static (T? Result, bool Hung, Exception? Exception) Run<T>(Func<CancellationToken, Task<T>> work, TimeSpan patience)
    {
        // Not disposed of: hanging work may still read its token.
        var ending = new CancellationTokenSource();
        var running = Task
            .Factory.StartNew(() => work(ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap();
        try
        {
            if (running.Wait(patience))
            {
                return (running.Result, false, null);
            }
        }
        catch (AggregateException exception)
        {
            return (default, false, exception.Flatten().InnerExceptions[0]);
        }

        _ = ending.CancelAsync();
        _ = ((IAsyncResult)running).AsyncWaitHandle.WaitOne(Grace);
        _ = running.ContinueWith(
            late => late.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
        return (default, true, null);
    }

    public static string Describe(TimeSpan time) =>
        time < TimeSpan.FromSeconds(2)
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
