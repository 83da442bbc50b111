namespace Bittbridge.Onnx;

/// <summary>Where a number stands among a model's outputs.</summary>
/// <param name="Name">The output's name in the ONNX file.</param>
/// <param name="Index">Its place in that output, row by row, from 0; null where the output holds one number only.</param>
public sealed record OutputPlace(string Name, int? Index);
