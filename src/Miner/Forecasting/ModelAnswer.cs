using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>The result of one model run: a usable forecast, or the reason why there is no forecast.</summary>
internal sealed record ModelAnswer(Forecast? Forecast, string Problem);
