namespace Bittbridge.Miner.Forecasting;

/// <summary>How a forecast came about.</summary>
public enum ForecastRole
{
    /// <summary>The answer of the active model.</summary>
    Active,

    /// <summary>The fallback's answer, because the active model gave no forecast.</summary>
    Fallback,

    /// <summary>Made by a shadow after the answer: only recorded, never sent.</summary>
    Shadow,
}
