using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Access;

/// <summary>The newest validator list in memory, from the chain or from another instance. It is never replaced by an older one.</summary>
internal sealed class KnownValidators(MinerSettings settings, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile ValidatorRecord _record = ValidatorRecord.Empty;

    public ValidatorRecord Record => _record;

    /// <summary>The list while it is valid; null when there is none or it has expired.</summary>
    public ValidatorSnapshot? Good => _record.List is { } list && list.IsGood(clock.GetUtcNow(), settings.ValidatorsMaxAge) ? list : null;

    /// <summary>Replaces the record when the given one is newer.</summary>
    public void Take(ValidatorRecord record)
    {
        lock (_gate)
        {
            // A list that was read with a clock far ahead looks newer than any other, so also replace a list that is not valid.
            if (ReferenceEquals(ValidatorRecord.Newest(record, _record), record) || (record.List is not null && Good is null))
            {
                _record = record;
            }
        }
    }
}
