namespace Bittbridge.Onnx;

/// <summary>What a model's numbers mean.</summary>
public enum OutputKind
{
    /// <summary>CNY per USDT in an hour.</summary>
    Price,

    /// <summary>CNY, to be added to the last close.</summary>
    Change,

    /// <summary>ln(price in an hour / last close).</summary>
    LogReturn,
}
