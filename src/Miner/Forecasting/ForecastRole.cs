namespace Bittbridge.Miner.Forecasting;

/// <summary>How a forecast came about.</summary>
public enum ForecastRole
{
    /// <summary>The model in service answered with it.</summary>
    Active,

    /// <summary>It was answered in place of the model in service, which gave none.</summary>
    Fallback,

    /// <summary>It was made beside the answer and told to nobody.</summary>
    Shadow,
}
