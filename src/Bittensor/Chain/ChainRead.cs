using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Bittensor.Chain;

/// <summary>The result of a chain read: a checked value, or why the read failed.</summary>
/// <typeparam name="T">The type of the value. It may be null where null has a meaning: a hotkey that is not registered.</typeparam>
public sealed record ChainRead<T>
{
    private ChainRead(T? value, ChainFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; meaningless after a failure.</summary>
    public T? Value { get; }

    /// <summary>Why the read failed; null for success.</summary>
    public ChainFailure? Failure { get; }

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    internal static ChainRead<T> Of(T value) => new(value, null);

    internal static ChainRead<T> Failed(ChainFailure failure) => new(default, failure);
}
