namespace Bittbridge.Models.Testing;

/// <summary>A clause that a model breaks, and how, in a sentence.</summary>
public sealed record ConformanceViolation(ConformanceRule Clause, string Sentence)
{
    public override string ToString() => $"{Clause}: {Sentence}";
}
