namespace Bittbridge.Models.Intervals;

/// <summary>A model that knows when its error may exceed what a calibration expects at that time.</summary>
internal interface IPendingJump
{
    /// <summary>The model whose errors it has at other times; a calibration of that model applies to this one.</summary>
    ModelId CalibratedAs { get; }

    /// <summary>The size of the jump that the forecast contains, in CNY; 0 when none is due.</summary>
    /// <param name="madeAt">When the forecast is made.</param>
    /// <param name="history">The prices known then, not empty.</param>
    double JumpAt(DateTimeOffset madeAt, PriceHistory history);
}
