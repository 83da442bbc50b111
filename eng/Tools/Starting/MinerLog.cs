using System.Collections.Concurrent;
using System.Text.Json;

namespace Bittbridge.Tools.Starting;

/// <summary>One record of the miner's console logger, in its JSON format.</summary>
internal sealed record MinerLogRecord(int EventId, string LogLevel, string Message, string? Timestamp, string? Exception)
{
    /// <summary>The events of a part that becomes degraded or unhealthy, which is normal while the miner starts.</summary>
    private static readonly int[] HealthEvents = [7001, 7002];

    /// <summary>Whether it is a warning or an error to show.</summary>
    public bool IsProblem => LogLevel is "Warning" or "Error" or "Critical" && !HealthEvents.Contains(EventId);

    /// <summary>Null for a line that is not a record, such as any line of func.</summary>
    public static MinerLogRecord? TryRead(string line)
    {
        try
        {
            return
                line.StartsWith('{') && JsonSerializer.Deserialize<MinerLogRecord>(line) is { Message: not null, LogLevel: not null } record
                ? record
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The message, the first line of the exception and the first line of its stack with a source file.</summary>
    public IEnumerable<string> InShort()
    {
        var lines = Exception?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
        return [Message, .. lines.Take(1), .. lines.Skip(1).Where(line => line.Contains(":line ", StringComparison.Ordinal)).Take(1)];
    }

    public override string ToString() =>
        $"{Timestamp}{LogLevel.ToLowerInvariant()}: {Message}{(Exception is null ? null : Environment.NewLine + Exception)}";
}

/// <summary>The miner's output: all of it in a file, its warnings and errors in memory.</summary>
internal sealed class MinerLog(FileStream file) : IAsyncDisposable
{
    private readonly StreamWriter _file = new(file) { AutoFlush = true };

    public string Path => file.Name;

    public ConcurrentQueue<MinerLogRecord> Problems { get; } = new();

    /// <summary>Whether to show each line on the console too.</summary>
    public bool IsShown { get; set; }

    public void Write(string line)
    {
        var record = MinerLogRecord.TryRead(line);
        var text = record?.ToString() ?? line;
        _file.WriteLine(text);
        if (record is { IsProblem: true })
        {
            Problems.Enqueue(record);
        }

        if (IsShown)
        {
            Console.WriteLine("  " + text);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
