using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.BuiltIn;

/// <summary>
/// The mean of several models' forecasts, without those that return none. The members' errors differ, so the mean's errors are smaller on
/// average [Bates and Granger 1969]. It returns an interval only when every forecast has one: the means of the lower and of the upper
/// bounds.
/// </summary>
/// <remarks>Each member is called on the caller's scheduler, also after one that awaits, because a member may block.</remarks>
public class EnsembleModel : IPredictionModel
{
    /// <exception cref="ArgumentException">There is no member.</exception>
    protected EnsembleModel(ModelId id, IReadOnlyList<IPredictionModel> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        (Id, Members) = (
            id,
            members.Count > 0
                ? members
                : throw new ArgumentException($"The ensemble {id} has no member: name at least one model.", nameof(members))
        );
    }

    public ModelId Id { get; }

    public IReadOnlyList<IPredictionModel> Members { get; }

    /// <summary>If every member is.</summary>
    public bool IsDeterministic => Members.All(member => member.IsDeterministic);

    /// <summary>Creates an ensemble, which can replay its past when every member can.</summary>
    public static EnsembleModel Of(ModelId id, params IReadOnlyList<IPredictionModel> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        // A pending jump depends on the time of the forecast, so the last value of a replay is not the forecast.
        return members.All(member => member is IReplayedForecast and not IPendingJump) ? new ReplayedEnsembleModel(id, members)
            : members.All(member => member is IPastForecasts) ? new ReplayableEnsembleModel(id, members)
            : new EnsembleModel(id, members);
    }

    /// <summary>False when a member does not start, because the mean of the others would be another model.</summary>
    public async ValueTask<bool> InitializeAsync(CancellationToken ct)
    {
        var all = true;
        foreach (var member in Members)
        {
            all &= await member.InitializeAsync(ct).ConfigureAwait(true);
        }

        return all;
    }

    public async ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        var (price, lower, upper, answers, intervals) = (0d, 0d, 0d, 0, 0);
        foreach (var member in Members)
        {
            if (await member.PredictAsync(timestamp, history, ct).ConfigureAwait(true) is { } forecast)
            {
                answers++;
                price += forecast.Price;
                if (forecast.Interval is { } interval)
                {
                    intervals++;
                    lower += interval.Lower;
                    upper += interval.Upper;
                }
            }
        }

        return answers == 0 ? null : new Forecast(price / answers, intervals == answers ? new(lower / answers, upper / answers) : null);
    }

    public async ValueTask CleanupAsync()
    {
        foreach (var member in Members)
        {
            await member.CleanupAsync().ConfigureAwait(true);
        }
    }
}
