using System.Runtime.InteropServices;

namespace Bittbridge.Cli.CommandLines;

/// <summary>
/// Ends a command at Ctrl+C or SIGTERM: the work is told, and what does not end soon is left behind when the process ends. A second signal
/// ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int Interrupted = 128 + 2;
    private const int Terminated = 128 + 15;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource<int> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _registrations;

    /// <param name="asked">Counts as Ctrl+C, for callers in the same process.</param>
    public Interruption(CancellationToken asked) =>
        _registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = Stop(Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Stop(Terminated)),
            asked.Register(() => Stop(Interrupted)),
        ];

    /// <summary>Runs the work, and returns its status; after a signal 130 or 143, as shells have it.</summary>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> work)
    {
        var running = Task.Run(() => work(_source.Token), CancellationToken.None);
        if (await Task.WhenAny(running, StopAsync()) == running)
        {
            try
            {
                return await running;
            }
            catch (OperationCanceledException) when (_status.Task.IsCompleted)
            {
                // As it was asked to.
            }
        }

        await Console.Error.WriteLineAsync("Stopped.");
        return await _status.Task;
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());

        // Work that was left behind may still look at the token; without a timer there is nothing to free.
    }

    /// <summary>Whether this is the first signal.</summary>
    private bool Stop(int status)
    {
        var first = _status.TrySetResult(status);
        if (first)
        {
            _source.Cancel();
        }

        return first;
    }

    private async Task StopAsync()
    {
        await _status.Task;
        await Task.Delay(Grace);
    }
}
