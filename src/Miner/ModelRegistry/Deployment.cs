using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// What every instance serves: the active version, the shadows and the previous versions. Stored as a row of the table <c>models</c>.
/// </summary>
public sealed record Deployment
{
    /// <summary>How many rollback steps are kept.</summary>
    public const int MaxPrevious = 10;

    /// <summary>Each shadow costs one run per slot.</summary>
    public const int MaxShadows = 4;

    /// <summary>The deployment before anything was activated.</summary>
    public static Deployment None { get; } = new();

    public DeployedVersion Active { get; init; } = DeployedVersion.OfTheSettings;

    /// <summary>The models that run after each answer and are only recorded.</summary>
    public IReadOnlyList<ModelId> Shadows { get; init; } = [];

    /// <summary>The previous versions, newest first.</summary>
    public IReadOnlyList<DeployedVersion> Previous { get; init; } = [];

    /// <summary>Activates a version; the current one becomes the newest of <see cref="Previous"/>.</summary>
    public Deployment Activate(DeployedVersion pair) =>
        pair == Active ? this : this with { Active = pair, Previous = [Active, .. Previous.Take(MaxPrevious - 1)] };

    /// <summary>Activates the newest previous version; null if there is none.</summary>
    public Deployment? RollBack() => Previous.Count > 0 ? this with { Active = Previous[0], Previous = [.. Previous.Skip(1)] } : null;

    public Deployment AddShadow(ModelId model) => Shadows.Contains(model) ? this : this with { Shadows = [.. Shadows, model] };

    public Deployment RemoveShadow(ModelId model) => this with { Shadows = [.. Shadows.Where(shadow => shadow != model)] };

    public bool Equals(Deployment? other) =>
        other is not null && Active == other.Active && Shadows.SequenceEqual(other.Shadows) && Previous.SequenceEqual(other.Previous);

    public override int GetHashCode() => HashCode.Combine(Active, Shadows.Count, Previous.Count);
}
