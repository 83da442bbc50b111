namespace Bittbridge.Models.Packages;

/// <summary>A model or a calibration as files in memory, under the name and version that it is kept by.</summary>
/// <param name="Id">What every forecast of it will carry.</param>
/// <param name="Files">By their names, which hold no folder.</param>
public sealed record ModelPackage(ModelId Id, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);
