namespace Bittbridge.Models.Forecasting;

/// <summary>
/// A model whose forecast is the last value of its replay, and which gives no interval: one pass makes the forecast and tells its past
/// errors.
/// </summary>
internal interface IReplayedForecast : IPastForecasts;
