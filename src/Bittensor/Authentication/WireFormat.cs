namespace Bittbridge.Bittensor.Authentication;

/// <summary>How a caller signs its requests. The numbers are part of replay keys and never change.</summary>
public enum WireFormat
{
    /// <summary>The dendrite of SDK 7.2 to 10: headers <c>bt_header_*</c>.</summary>
    V10 = 10,

    /// <summary><c>btauth/1</c>: headers <c>X-Bittensor-*</c>.</summary>
    BtAuth1 = 101,
}
