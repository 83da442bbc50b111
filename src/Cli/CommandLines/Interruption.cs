using System.Runtime.InteropServices;

namespace Bittbridge.Cli.CommandLines;

/// <summary>
/// Cancels a command on Ctrl+C or SIGTERM. Work that does not end soon is abandoned when the process ends. A second signal ends the process
/// at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int Interrupted = 128 + 2;
    private const int Terminated = 128 + 15;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource<int> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _registrations;

    /// <param name="asked">Has the effect of Ctrl+C, for callers in the same process.</param>
    public Interruption(CancellationToken asked) =>
        _registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = Stop(Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Stop(Terminated)),
            asked.Register(() => Stop(Interrupted)),
        ];

    /// <summary>Runs the work and returns its exit status, or 130 or 143 after a signal.</summary>
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
                // Expected after the cancellation.
            }
        }

        await Console.Error.WriteLineAsync("Stopped.");
        return await _status.Task;
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());

        // Abandoned work may still use the token; a source without a timer has nothing to free.
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
