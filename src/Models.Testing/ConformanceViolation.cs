namespace Bittbridge.Models.Testing;

/// <summary>A fault of a model.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Sentence">How it breaks the rule, and the remedy.</param>
/// <param name="Others">Further rules that the same exception breaks.</param>
public sealed record ConformanceViolation(ConformanceRule Rule, string Sentence, IReadOnlyList<ConformanceRule> Others)
{
    public override string ToString() => $"{Rule}: {Sentence}";
}
