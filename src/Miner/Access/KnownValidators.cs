using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Access;

/// <summary>
/// The newest validator list in memory, from the chain or from another instance. It is never replaced by an older one, and never by one
/// that is not valid while it is.
/// </summary>
internal sealed class KnownValidators(MinerSettings settings, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile ValidatorRecord _record = ValidatorRecord.Empty;

    public ValidatorRecord Record => _record;

    /// <summary>The list while it is valid; null when there is none or it has expired.</summary>
    public ValidatorSnapshot? Good => _record.List is { } list && list.IsGood(clock.GetUtcNow(), settings.ValidatorsMaxAge) ? list : null;

    /// <summary>Replaces the record when the given one is better.</summary>
    public void Take(ValidatorRecord record)
    {
        lock (_gate)
        {
            _record = ValidatorRecord.Better(record, _record, clock.GetUtcNow(), settings.ValidatorsMaxAge);
        }
    }
}
