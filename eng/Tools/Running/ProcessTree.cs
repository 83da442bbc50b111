using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Bittbridge.Tools.Running;

/// <summary>What a process has started. Once it is gone nothing tells any more, so one asks before it is stopped.</summary>
public static class ProcessTree
{
    /// <summary>The children of a process and theirs; empty on Windows, where ending a tree needs no list.</summary>
    public static IReadOnlyList<Process> DescendantsOf(int processId)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var childrenOf = ReadParents().ToLookup(pair => pair.Parent, pair => pair.Id);
        var found = new List<Process>();
        var open = new Queue<int>(childrenOf[processId]);
        while (open.TryDequeue(out var id))
        {
            foreach (var child in childrenOf[id])
            {
                open.Enqueue(child);
            }

            try
            {
                found.Add(Process.GetProcessById(id));
            }
            catch (ArgumentException)
            {
                // Gone since the list was read, as ps itself is.
            }
        }

        return found;
    }

    /// <summary>Ends those that are still there.</summary>
    public static void End(IEnumerable<Process> processes)
    {
        foreach (var process in processes)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
            {
                // It ended by itself.
            }

            process.Dispose();
        }
    }

    private static IEnumerable<(int Id, int Parent)> ReadParents()
    {
        string table;
        try
        {
            using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid="]) { RedirectStandardOutput = true })!;
            table = ps.StandardOutput.ReadToEnd();
            ps.WaitForExit();
        }
        catch (Win32Exception)
        {
            // A slim container may have no ps; a child that is asked to end ends its own.
            yield break;
        }

        foreach (var line in table.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && int.TryParse(words[0], CultureInfo.InvariantCulture, out var id) && int.TryParse(words[1], CultureInfo.InvariantCulture, out var parent))
            {
                yield return (id, parent);
            }
        }
    }
}
