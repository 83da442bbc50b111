using Bittbridge.Miner.Housekeeping;

namespace Bittbridge.Miner.Tests.Housekeeping;

/// <summary>A task that does what a test wants of it.</summary>
internal sealed class ScriptedTask(string name, Action run, Task? end = null) : IHousekeepingTask
{
    public string Name => name;

    public Task RunAsync(CancellationToken ct)
    {
        run();
        return end ?? Task.CompletedTask;
    }
}
