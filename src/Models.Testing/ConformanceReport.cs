namespace Bittbridge.Models.Testing;

/// <summary>How a model stands to the contract.</summary>
/// <param name="Model">Name and version, or the type where the model has no id.</param>
/// <param name="Broken">At most one entry per rule; empty when the model keeps all rules.</param>
public sealed record ConformanceReport(string Model, IReadOnlyList<ConformanceViolation> Broken)
{
    public bool IsKept => Broken.Count == 0;

    public override string ToString() =>
        IsKept
            ? $"The model {Model} keeps the contract."
            : string.Join(Environment.NewLine, Broken.Select(broken => $"  {broken}").Prepend($"The model {Model} breaks the contract:"));
}
