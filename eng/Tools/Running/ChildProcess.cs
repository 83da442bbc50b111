using System.ComponentModel;
using CliWrap;

namespace Bittbridge.Tools.Running;

/// <summary>A program that this process started and that does not outlive it.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxLines = 400;

    private readonly CancellationTokenSource _interrupt = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly List<string> _errors = [];
    private readonly CommandTask<CommandResult> _run;

    /// <exception cref="CommandException">The program is missing or may not be run.</exception>
    private ChildProcess(Command command, Action<string>? onLine)
    {
        try
        {
            _run = command
                .WithValidation(CommandResultValidation.None)
                // Keeps standard input open, because Azurite and the miner stop when it ends.
                .WithStandardInputPipe(PipeSource.Create((_, ct) => Task.Delay(Timeout.Infinite, ct)))
                .WithStandardOutputPipe(PipeTarget.ToDelegate(line => Keep(line, isError: false, onLine)))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line => Keep(line, isError: true, onLine)))
                .ExecuteAsync(_kill.Token, _interrupt.Token);
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(
                $"{command.TargetFilePath} could not be started ({exception.Message.TrimEnd('.')}): check that it is installed and may "
                    + "be run."
            );
        }
    }

    public int Id => _run.ProcessId;

    public bool HasExited => _run.Task.IsCompleted;

    /// <summary>The last lines of both streams.</summary>
    public IReadOnlyList<string> LastLines => Copy(_lines);

    /// <summary>The first lines of the error stream.</summary>
    public IReadOnlyList<string> ErrorLines => Copy(_errors);

    /// <summary>Starts a program; disposing of it interrupts it as Ctrl+C does and, after a while, kills it.</summary>
    /// <exception cref="CommandException">The program is missing or may not be run.</exception>
    public static ChildProcess Start(Command command, Action<string>? onLine = null) => new(command, onLine);

    /// <summary>Runs a program to its end; cancellation kills it and everything it started.</summary>
    /// <exception cref="CommandException">The program is missing or may not be run.</exception>
    public static async Task<ProgramResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await using var child = Start(command, (line => lines.Add(line)) + onLine);
        await using var registration = cancellationToken.Register(child._kill.Cancel);
        return new ProgramResult(await child.WaitForExitAsync(cancellationToken), lines);
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _run.Task.WaitAsync(cancellationToken)).ExitCode;
        }
        // CliWrap cancels its task when it kills the program.
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Kills the process at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        await _kill.CancelAsync();
        await ((Task)_run.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await _interrupt.CancelAsync();
        _kill.CancelAfter(TimeSpan.FromSeconds(5));
        await ((Task)_run.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _run.Dispose();
        _interrupt.Dispose();
        _kill.Dispose();
    }

    private IReadOnlyList<string> Copy(IEnumerable<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    private void Keep(string line, bool isError, Action<string>? onLine)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }

            if (isError && _errors.Count < MaxLines)
            {
                _errors.Add(line);
            }

            onLine?.Invoke(line);
        }
    }
}

/// <summary>The exit status of a program and all its output.</summary>
public sealed record ProgramResult(int ExitCode, IReadOnlyList<string> Lines)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The lines that name an error, or the last lines if none does.</summary>
    public IReadOnlyList<string> Errors =>
        Lines.Where(line => line.Contains("error ", StringComparison.OrdinalIgnoreCase)).Select(line => line.Trim()).Distinct().Take(20)
            is var named
        && named.Any()
            ? [.. named]
            : [.. Lines.Where(line => line.Length > 0).TakeLast(10)];
}
