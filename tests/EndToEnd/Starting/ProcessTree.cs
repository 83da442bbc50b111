using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>The processes that a process has started; Unix only.</summary>
internal static class ProcessTree
{
    /// <summary>The current children of a process, and their children.</summary>
    public static IReadOnlyList<Process> DescendantsOf(int processId)
    {
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

    private static IEnumerable<(int Id, int Parent)> ReadParents()
    {
        string table;
        try
        {
            using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid="]) { RedirectStandardOutput = true })!;
            var reading = ps.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.True(ps.WaitForExit(TimeSpan.FromMinutes(3)), "ps did not end.");
            table = reading.Result;
        }
        catch (Win32Exception)
        {
            Assert.Skip("ps is not installed here, so what was started can't be listed: apt-get install procps.");
            throw;
        }

        foreach (var line in table.Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var id, var parent])
            {
                yield return (int.Parse(id, CultureInfo.InvariantCulture), int.Parse(parent, CultureInfo.InvariantCulture));
            }
        }
    }
}
