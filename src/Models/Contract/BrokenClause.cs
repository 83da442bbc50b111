namespace Bittbridge.Models;

/// <summary>A clause that a model breaks, and how, in a sentence.</summary>
public sealed record BrokenClause(ContractClause Clause, string Sentence)
{
    public override string ToString() => $"{Clause}: {Sentence}";
}
