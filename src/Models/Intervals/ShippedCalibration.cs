using Bittbridge.Models.BuiltIn;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// The calibration that comes with this version: fitted to the errors of <see cref="BuiltInModels.Default"/> by <c>bittbridge
/// calibrate</c>; what it was fitted on stands in it.
/// </summary>
public static class ShippedCalibration
{
    private const string Resource = "Bittbridge.Models.calibration.json";

    private static readonly Lazy<Calibration> Read = new(() =>
    {
        using var stream =
            typeof(ShippedCalibration).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"The resource {Resource} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return Calibration.FromJson(reader.ReadToEnd(), out var problem)
            ?? throw new InvalidDataException($"The resource {Resource} is no calibration: {problem}.");
    });

    public static Calibration Value => Read.Value;
}
