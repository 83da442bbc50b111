namespace Bittbridge.Tools.Running;

/// <summary>A step while it runs.</summary>
public sealed class Step(Action<string> show)
{
    /// <summary>What is said when it is done; null for the words it began with.</summary>
    public string? Outcome { get; set; }

    /// <summary>What is said when it went wrong, yet the command goes on.</summary>
    public string? Problem { get; set; }

    /// <summary>What it is busy with just now.</summary>
    public void Note(string note)
    {
        if (note.Trim() is { Length: > 0 } text)
        {
            show(text);
        }
    }
}
