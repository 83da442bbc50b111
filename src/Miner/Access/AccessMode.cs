using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Miner.Access;

/// <summary>Which callers get an answer.</summary>
public enum AccessMode
{
    /// <summary>Hotkeys with a validator permit in the subnet.</summary>
    Permit,

    /// <summary>Every hotkey that is registered in the subnet.</summary>
    Registered,

    /// <summary>Any caller with a valid signature.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The setting's own word: the request is signed.")]
    Signed,

    /// <summary>Every caller, without a signature. In Development only.</summary>
    Open,
}
