namespace Bittbridge.Models.Forecasting;

/// <summary>
/// A model without an interval whose forecast is the last value of its replay: one pass gives the forecast and the past errors.
/// </summary>
internal interface IReplayedForecast : IPastForecasts;
