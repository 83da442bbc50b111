namespace Bittbridge.Miner.Prices;

/// <summary>The condition of the newest price, from good to bad.</summary>
public enum PriceGrade
{
    /// <summary>Fresh.</summary>
    Fresh,

    /// <summary>Fresh by its time, but equal to the previous ones to the last digit.</summary>
    Stuck,

    /// <summary>Older than three polls.</summary>
    Old,

    /// <summary>Too old to answer with.</summary>
    TooOld,

    /// <summary>Later than now: this machine's clock is wrong.</summary>
    Future,

    /// <summary>There is none.</summary>
    None,
}
