namespace Bittbridge.Bittensor.Keys;

/// <summary>What a hotkey file is.</summary>
public enum HotkeyFileKind
{
    /// <summary>None that can be read: not there, damaged, or something else.</summary>
    Unreadable,

    /// <summary>An address without its secret, as in <c>…pub.txt</c>.</summary>
    Public,

    /// <summary>An address and its secret, in plain text.</summary>
    Secret,

    /// <summary>Encrypted: not even the address can be read from it.</summary>
    Encrypted,
}
