namespace Bittbridge.Miner.Forecasting;

/// <summary>A model that another program computes, and that may therefore be missing for a while.</summary>
internal interface IRemoteModel
{
    /// <summary>Why it can't be reached, in one sentence without its full stop; null if it could the last time.</summary>
    string? Problem { get; }
}
