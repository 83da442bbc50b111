namespace Bittbridge.Models.Testing;

/// <summary>A rule that a model breaks, and how, in one sentence.</summary>
public sealed record ConformanceViolation(ConformanceRule Rule, string Sentence)
{
    public override string ToString() => $"{Rule}: {Sentence}";
}
