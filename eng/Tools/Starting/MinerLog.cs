using System.Collections.Concurrent;
using System.Text.Json;

namespace Bittbridge.Tools.Starting;

/// <summary>One record of the miner's console logger, in its JSON format.</summary>
internal sealed record MinerLogRecord(
    int EventId,
    string LogLevel,
    string Message,
    string? Timestamp,
    string? Exception,
    JsonElement? State
)
{
    private const int NoForecast = 2000;
    private const int NotLoaded = 2007;
    private const int Degraded = 7001;
    private const int Unhealthy = 7002;

    /// <summary>A warning or an error. States of health change while the miner starts, so they are no news.</summary>
    public bool IsProblem => LogLevel is "Warning" or "Error" or "Critical" && EventId is not (Degraded or Unhealthy);

    /// <summary>Whether the model that was asked for could not be loaded, so that the default one answers.</summary>
    public bool SaysNotLoaded => EventId == NotLoaded;

    /// <summary>Why a model gave no answer; null for any other record.</summary>
    public string? NoAnswer =>
        EventId is NoForecast or NotLoaded && State is { } state && state.TryGetProperty("Problem", out var problem)
            ? problem.GetString()
            : null;

    /// <summary>The first line of the exception and the first of its stack that names a file.</summary>
    public IEnumerable<string> ExceptionInShort =>
        Exception is null ? []
        : Exception.Split('\n', StringSplitOptions.TrimEntries) is var lines
        && lines.Skip(1).FirstOrDefault(line => line.Contains(":line ", StringComparison.Ordinal)) is { } place
            ? [lines[0], place]
        : [lines[0]];

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

    public override string ToString() =>
        $"{Timestamp}{LogLevel.ToLowerInvariant()}: {Message}{(Exception is null ? null : Environment.NewLine + Exception)}";
}

/// <summary>
/// What the miner wrote: all of it in a file, its warnings and errors in memory. Under func, whose console is not JSON, no record is
/// recognized.
/// </summary>
internal sealed class MinerLog(FileStream file) : IAsyncDisposable
{
    private readonly StreamWriter _file = new(file) { AutoFlush = true };

    public string Path => file.Name;

    public ConcurrentQueue<MinerLogRecord> Problems { get; } = new();

    /// <summary>Whether each line is shown as it comes.</summary>
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

    /// <summary>
    /// Why the model gave no answer. The miner writes its log behind its answers, so this waits a little; null when it does not say.
    /// </summary>
    public async Task<string?> WhyNoAnswerAsync(CancellationToken ct)
    {
        for (var i = 0; i < 20; i++)
        {
            if (Problems.Select(problem => problem.NoAnswer).LastOrDefault(reason => reason is not null) is { } reason)
            {
                return reason;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }

        return null;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
