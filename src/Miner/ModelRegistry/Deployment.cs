using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>What every instance is to serve: the row of the table <c>models</c>.</summary>
public sealed record Deployment
{
    /// <summary>How many steps back are remembered.</summary>
    public const int MaxPrevious = 10;

    /// <summary>Each costs a run a challenge.</summary>
    public const int MaxShadows = 4;

    /// <summary>Where nothing was ever chosen.</summary>
    public static Deployment None { get; } = new();

    public DeployedVersion Active { get; init; } = DeployedVersion.OfTheSettings;

    /// <summary>Run beside the active model and recorded, but answer nobody.</summary>
    public IReadOnlyList<ModelId> Shadows { get; init; } = [];

    /// <summary>What was active before, the newest first.</summary>
    public IReadOnlyList<DeployedVersion> Previous { get; init; } = [];

    /// <summary>With another pair active; the one so far becomes the newest of the previous ones.</summary>
    public Deployment Activate(DeployedVersion pair) =>
        pair == Active ? this : this with { Active = pair, Previous = [Active, .. Previous.Take(MaxPrevious - 1)] };

    /// <summary>One step back; null where there is none.</summary>
    public Deployment? RollBack() => Previous.Count > 0 ? this with { Active = Previous[0], Previous = [.. Previous.Skip(1)] } : null;

    public Deployment AddShadow(ModelId model) => Shadows.Contains(model) ? this : this with { Shadows = [.. Shadows, model] };

    public Deployment RemoveShadow(ModelId model) => this with { Shadows = [.. Shadows.Where(shadow => shadow != model)] };

    public bool Equals(Deployment? other) =>
        other is not null && Active == other.Active && Shadows.SequenceEqual(other.Shadows) && Previous.SequenceEqual(other.Previous);

    public override int GetHashCode() => HashCode.Combine(Active, Shadows.Count, Previous.Count);
}
