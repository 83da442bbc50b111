namespace Bittbridge.Tools;

/// <summary>The ports of the emulator's three services.</summary>
public sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    /// <summary>Ports that the system gives out when the services start.</summary>
    public static AzuritePorts Any { get; } = new(0, 0, 0);
}
