using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Bittensor.Chain;

/// <summary>The result of a chain read: a checked value, or why the read failed.</summary>
/// <typeparam name="T">What was read. It may be null where null says something: a hotkey that is not registered.</typeparam>
public sealed record ChainRead<T>
{
    private ChainRead(T? value, ChainFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>What was read; meaningless after a failure.</summary>
    public T? Value { get; }

    /// <summary>Why nothing was read; null for success.</summary>
    public ChainFailure? Failure { get; }

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    internal static ChainRead<T> Of(T value) => new(value, null);

    internal static ChainRead<T> Failed(ChainFailure failure) => new(default, failure);
}
