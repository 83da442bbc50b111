namespace Bittbridge.Bittensor.Keys;

/// <summary>The kind of a hotkey file.</summary>
public enum HotkeyFileKind
{
    /// <summary>Not readable: missing, damaged, or another kind of file.</summary>
    Unreadable,

    /// <summary>An address without its secret, as in <c>…pub.txt</c>.</summary>
    Public,

    /// <summary>An address and its secret, in plain text.</summary>
    Secret,

    /// <summary>Encrypted: not even the address can be read from it.</summary>
    Encrypted,
}
