namespace Bittbridge.Miner.Access;

/// <summary>
/// Where the instances of a miner keep what they know of their subnet. A record of another network, or one that is damaged, is none.
/// </summary>
internal interface IValidatorStore
{
    /// <summary>For requests: one quick look; null when there is no record.</summary>
    Task<ValidatorRecord?> LookAsync(CancellationToken ct);

    /// <summary>For what goes on behind it, with some patience.</summary>
    Task<ValidatorRecord?> ReadAsync(CancellationToken ct);

    /// <summary>Changes the record, whatever another instance does at the same time.</summary>
    /// <param name="change">Gives the new record for the one that is there, or that one where nothing is to be written; it may be asked
    /// again with a newer one.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>What is kept now.</returns>
    Task<ValidatorRecord> UpdateAsync(Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct);
}
