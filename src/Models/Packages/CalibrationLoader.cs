using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Packages;

/// <summary>Packages that hold a <see cref="Calibration"/> in <c>calibration.json</c>.</summary>
public sealed class CalibrationLoader : IModelLoader
{
    public string Kind => "calibration";

    public string FileName => "calibration.json";

    public PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(package);
        return JsonPackage.Load(
            package,
            FileName,
            "make it again with 'bittbridge calibrate'",
            json => (Calibration.FromJson(json, out var problem) is { } calibration ? PackageContent.Of(calibration) : null, problem)
        );
    }
}
