using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bittbridge.Tools.Running;

/// <summary>A program that this command started and that does not outlive it.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 400;
    private const int SigTerm = 15;

    private readonly Process process;
    private readonly Action<string>? onLine;
    private readonly Task reading;
    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();
    private readonly List<string> errors = [];

    private ChildProcess(Process process, Action<string>? onLine)
    {
        this.process = process;
        this.onLine = onLine;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Meaningful once it has exited.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The last lines that it wrote, of both streams, in the order in which they came.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>The first lines that it wrote to its error stream.</summary>
    public IReadOnlyList<string> ErrorLines
    {
        get
        {
            lock (gate)
            {
                return [.. errors];
            }
        }
    }

    public static ChildProcess Start(CommandLine command, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(Process.Start(start)!, onLine);
        }
        catch (Win32Exception problem)
        {
            throw new CannotContinueException($"{command.Program} could not be started ({problem.Message.TrimEnd('.')}): check that it is installed and may be run.");
        }
    }

    /// <summary>Runs a program to its end; cancelling stops it and everything it started.</summary>
    public static async Task<CommandResult> RunAsync(CommandLine command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var all = new List<string>();
        await using var child = Start(command, line =>
        {
            all.Add(line);
            onLine?.Invoke(line);
        });
        var exitCode = await child.WaitForExitAsync(cancellationToken);
        lock (child.gate)
        {
            return new CommandResult(exitCode, [.. all]);
        }
    }

    /// <summary>Waits for its end, and a little for what it wrote last: a grandchild may hold the pipes open for ever.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2), cancellationToken));
        return process.ExitCode;
    }

    /// <summary>Asks it to end, and ends it with everything it started when it has not done so in time.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (process.HasExited)
        {
            return;
        }

        var descendants = ProcessTree.DescendantsOf(process.Id);
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, SigTerm);
        }

        try
        {
            // On Windows a Ctrl+C has reached it already, and there is no gentle way from here.
            await process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        ProcessTree.End(descendants);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(5));
        process.Dispose();
    }

    /// <summary>Passes a signal on to a process of this user; Unix only.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                Keep(line, isError);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process was ended while its output was being read.
        }
    }

    private void Keep(string line, bool isError)
    {
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > LinesKept)
            {
                lines.Dequeue();
            }

            if (isError && errors.Count < LinesKept)
            {
                errors.Add(line);
            }

            onLine?.Invoke(line);
        }
    }
}
