namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Runs the code of models, which may block, on threads of its own: the thread pool, which all requests share, grows by only one or two
/// threads a second. What follows an <c>await</c> returns here, to any of these threads, so a model may also block on its own tasks. What
/// follows <c>ConfigureAwait(false)</c> does not return.
/// </summary>
internal sealed class ThreadPerTaskScheduler : TaskScheduler
{
    private static readonly ThreadPerTaskScheduler Instance = new();

    private ThreadPerTaskScheduler() { }

    /// <summary>Starts the work on a new thread.</summary>
    public static Task<T> Start<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Instance);

    protected override void QueueTask(Task task) => new Thread(() => TryExecuteTask(task)) { IsBackground = true }.UnsafeStart();

    /// <summary>Only on a thread of this scheduler: the pool thread that completes what a model awaits must not run its code.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
