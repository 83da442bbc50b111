using Bittbridge.Models.BuiltIn;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// The calibration that is shipped with this version: fitted to the errors of <see cref="BuiltInModels.Default"/> by <c>bittbridge
/// calibrate</c>. It contains a description of the prices.
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
            ?? throw new InvalidDataException($"The resource {Resource} is not a calibration: {problem}.");
    });

    public static Calibration Value => Read.Value;
}
