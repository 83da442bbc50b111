namespace Bittbridge.Tools;

/// <summary>What the commands of this folder leave with.</summary>
public static class ExitCodes
{
    public const int Succeeded = 0;

    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>Stopped by Ctrl+C before there was anything to show.</summary>
    public const int Interrupted = 130;
}
