using System.Diagnostics.CodeAnalysis;
using Bittbridge.Models;

namespace Bittbridge.Onnx;

/// <summary>
/// The content of <c>model.json</c>, which describes the ONNX file in the same folder. docs/your-own-model.md lists its fields.
/// </summary>
public sealed record ModelDescription
{
    public const string FileName = "model.json";

    public const int CurrentFormat = 1;

    /// <summary>The maximum window, below the number of prices that the miner keeps in memory.</summary>
    public const int MaxSteps = 500;

    public required ModelId Id { get; init; }

    /// <summary>The name of the ONNX file.</summary>
    public required string File { get; init; }

    /// <summary>Whether the input is double precision; otherwise single.</summary>
    public required bool IsDouble { get; init; }

    /// <summary>The number of inputs, 5 minutes apart.</summary>
    public required int Steps { get; init; }

    public required WindowFeatures Features { get; init; }

    /// <summary>Applied to the features.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>The input's name in the ONNX file.</summary>
    public required string Input { get; init; }

    public required OutputKind Output { get; init; }

    /// <summary>The scaling of the outputs, which is undone before they are read as a price, a change or a log return.</summary>
    public required Scaling OutputScaling { get; init; }

    public required OutputPlace Price { get; init; }

    /// <summary>Null if the model returns no interval; then <see cref="Upper"/> is null too.</summary>
    public OutputPlace? Lower { get; init; }

    public OutputPlace? Upper { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ModelCase> Cases { get; init; }

    /// <summary>The maximum difference from a case, CNY.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The number of closes in a window.</summary>
    public int Closes => ClosesOf(Steps, Features);

    internal static int ClosesOf(int steps, WindowFeatures features) => features == WindowFeatures.LogReturns ? steps + 1 : steps;

    /// <summary>Reads a description.</summary>
    /// <param name="origin">The folder of the model, for the message.</param>
    /// <param name="json">UTF-8.</param>
    /// <param name="description">The description.</param>
    /// <param name="problem">One sentence: the file, what is wrong with it and the remedy.</param>
    public static bool TryRead(
        string origin,
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out ModelDescription? description,
        [NotNullWhen(false)] out string? problem
    )
    {
        try
        {
            (description, problem) = (ModelDescriptionReader.Read(json), null);
            return true;
        }
        catch (UnusableModelException unusable)
        {
            (description, problem) = (null, OnnxModel.Sentence(origin, unusable));
            return false;
        }
    }
}

/// <summary>The meaning of a model's outputs.</summary>
public enum OutputKind
{
    /// <summary>CNY per USDT in an hour.</summary>
    Price,

    /// <summary>CNY, to be added to the last close.</summary>
    Change,

    /// <summary>ln(price in an hour / last close).</summary>
    LogReturn,
}

/// <summary>The position of a number in a model's outputs.</summary>
/// <param name="Name">The output's name in the ONNX file.</param>
/// <param name="Index">Its index in that output, row by row, from 0; null if the output holds a single number.</param>
public sealed record OutputPlace(string Name, int? Index);

/// <summary>A window and the model's outputs for it, recorded in training.</summary>
/// <param name="Window">Closes in CNY per USDT, oldest first.</param>
/// <param name="Price">CNY per USDT.</param>
/// <param name="Lower">The interval's lower bound; null if the model returns none.</param>
/// <param name="Upper">The upper bound.</param>
public sealed record ModelCase(IReadOnlyList<double> Window, double Price, double? Lower, double? Upper);

/// <summary>The features that are computed from the closes.</summary>
public enum WindowFeatures
{
    /// <summary>The closes themselves, CNY per USDT.</summary>
    Closes,

    /// <summary>Each close minus the last one, CNY.</summary>
    MinusLast,

    /// <summary>ln(close / previous close), which needs one more close than steps.</summary>
    LogReturns,
}
