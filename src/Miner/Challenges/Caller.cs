namespace Bittbridge.Miner;

/// <summary>Who asks.</summary>
/// <param name="Hotkey">The verified ss58 address; null when nothing was verified.</param>
public sealed record Caller(string? Hotkey)
{
    /// <summary>A caller whose signature was not checked.</summary>
    public static Caller Unverified { get; } = new((string?)null);

    /// <summary>How the caller is named in records and logs.</summary>
    public string Name => Hotkey ?? ForecastRecord.Unverified;
}
