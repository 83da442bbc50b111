namespace Bittbridge.Miner.Access;

/// <summary>
/// Stores the validator list that a miner's instances share. A record of another network, or a damaged one, is read as missing.
/// </summary>
internal interface IValidatorStore
{
    /// <summary>For requests: one read without retries; null when there is no record.</summary>
    Task<ValidatorRecord?> ReadForRequestAsync(CancellationToken ct);

    /// <summary>For background work: with retries.</summary>
    Task<ValidatorRecord?> ReadAsync(CancellationToken ct);

    /// <summary>Updates the record, also when another instance writes at the same time.</summary>
    /// <param name="change">Returns the new record for the stored one, or the stored one to write nothing. It may be called again with a
    /// newer record.</param>
    /// <param name="ct">Cancels the update.</param>
    /// <returns>The record that is stored now.</returns>
    Task<ValidatorRecord> UpdateAsync(Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct);
}
