namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Runs the code of models, which may block, on threads of its own: the thread pool, which all requests share, grows by only one or two
/// threads a second. What follows an <c>await</c> returns here, to any of these threads, so a model may also block on its own tasks. What
/// follows <c>ConfigureAwait(false)</c> does not return, and tasks that a model starts run on the thread pool.
/// </summary>
internal sealed class ModelThreads : SynchronizationContext
{
    private static readonly ModelThreads Instance = new();

    private ModelThreads() { }

    /// <summary>Starts the work on a new thread.</summary>
    public static Task<T> Start<T>(Func<T> work)
    {
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Instance.Post(
            _ =>
            {
                try
                {
                    ended.SetResult(work());
                }
                // The caller gets it.
#pragma warning disable CA1031
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    ended.SetException(exception);
                }
            },
            null
        );
        return ended.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            new Thread(Run) { IsBackground = true }.UnsafeStart();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system has no thread left. Without this, what follows the await would never run.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(), null);
        }

        void Run()
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                d(state);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}
