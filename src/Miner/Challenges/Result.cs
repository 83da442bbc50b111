using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Challenges;

/// <summary>A value, or why the request is refused.</summary>
internal readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    /// <summary>Null when there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <exception cref="InvalidOperationException">The request is refused.</exception>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException("A refusal has no value.");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}
