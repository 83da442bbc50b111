using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Packages;

/// <summary>The result of loading a package: exactly one of a model, a calibration and a refusal.</summary>
public sealed record PackageContent
{
    private PackageContent() { }

    /// <summary>Loaded, but not initialized yet; the caller must clean it up.</summary>
    public IPredictionModel? Model { get; private init; }

    public Calibration? Calibration { get; private init; }

    /// <summary>One sentence: the file, the problem and the remedy.</summary>
    public string? Problem { get; private init; }

    /// <summary>
    /// Completes when all work of the load has ended: what can't be canceled may continue after a refusal. Do not load the package again
    /// before that.
    /// </summary>
    public Task Ended { get; private init; } = Task.CompletedTask;

    public static PackageContent Of(IPredictionModel model) => new() { Model = model };

    public static PackageContent Of(Calibration calibration) => new() { Calibration = calibration };

    public static PackageContent Refused(string problem, Task? ended = null) =>
        new() { Problem = problem, Ended = ended ?? Task.CompletedTask };
}
