using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Access;

/// <summary>What this instance knows of the subnet, from the chain or from another instance; never less than it knew before.</summary>
internal sealed class KnownValidators(MinerSettings settings, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile ValidatorRecord _record = ValidatorRecord.Empty;

    public ValidatorRecord Record => _record;

    /// <summary>The list while it may be used; null when there is none or it is too old.</summary>
    public ValidatorSnapshot? Good => _record.List is { } list && list.IsGood(clock.GetUtcNow(), settings.ValidatorsMaxAge) ? list : null;

    /// <summary>Takes what is newer than what is known.</summary>
    public void Take(ValidatorRecord record)
    {
        lock (_gate)
        {
            // One that was read by a clock far ahead is newer than any, until it is seen for what it is.
            if (ReferenceEquals(ValidatorRecord.Newest(record, _record), record) || (record.List is not null && Good is null))
            {
                _record = record;
            }
        }
    }
}
