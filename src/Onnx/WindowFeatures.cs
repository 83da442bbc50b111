namespace Bittbridge.Onnx;

/// <summary>What a model is shown of the closes.</summary>
public enum WindowFeatures
{
    /// <summary>The closes themselves, CNY per USDT.</summary>
    Closes,

    /// <summary>Each close minus the last one, CNY.</summary>
    MinusLast,

    /// <summary>ln(close / close before); it takes one close more than there are steps.</summary>
    LogReturns,
}
