namespace Bittbridge.Onnx;

/// <summary>A window and what the model made of it where it was trained.</summary>
/// <param name="Window">Closes in CNY per USDT, oldest first.</param>
/// <param name="Price">CNY per USDT.</param>
/// <param name="Lower">The interval's lower bound; null where the model gives none.</param>
/// <param name="Upper">Its upper bound.</param>
public sealed record ModelCase(IReadOnlyList<double> Window, double Price, double? Lower, double? Upper);
