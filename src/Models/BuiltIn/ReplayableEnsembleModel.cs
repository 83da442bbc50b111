using System.Buffers;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.BuiltIn;

/// <summary>An ensemble whose members can all replay their past.</summary>
internal class ReplayableEnsembleModel(ModelId id, IReadOnlyList<IPredictionModel> members) : EnsembleModel(id, members), IPastForecasts
{
    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        forecasts.Clear();
        var pooled = ArrayPool<double>.Shared.Rent(history.Count);
        var ofMember = pooled.AsSpan(0, history.Count);
        foreach (var member in Members)
        {
            ofMember.Clear();
            ((IPastForecasts)member).Replay(history, ofMember);
            for (var i = 0; i < ofMember.Length; i++)
            {
                forecasts[i] += ofMember[i];
            }
        }

        ArrayPool<double>.Shared.Return(pooled);
        foreach (ref var forecast in forecasts)
        {
            forecast /= Members.Count;
        }
    }
}
