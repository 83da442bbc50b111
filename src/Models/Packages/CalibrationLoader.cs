using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Packages;

/// <summary>Packages that hold a <see cref="Calibration"/> in <c>calibration.json</c>.</summary>
public sealed class CalibrationLoader : IModelLoader
{
    public const string FileName = "calibration.json";

    public string Kind => "calibration";

    public bool Recognises(IReadOnlyCollection<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Contains(FileName);
    }

    public PackageContent Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (JsonPackage.Text(package, FileName, out var problem) is not { } json)
        {
            return PackageContent.Refused(problem!);
        }

        return Calibration.FromJson(json, out problem) is { } calibration
            ? PackageContent.Of(calibration)
            : JsonPackage.Refused(package, FileName, problem, "make it again with bittbridge calibrate");
    }
}
