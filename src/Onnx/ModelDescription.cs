using System.Diagnostics.CodeAnalysis;
using Bittbridge.Models;

namespace Bittbridge.Onnx;

/// <summary>What <c>model.json</c> says of the ONNX file beside it. docs/your-own-model.md lists its fields.</summary>
public sealed record ModelDescription
{
    public const string FileName = "model.json";

    public const int CurrentFormat = 1;

    /// <summary>More closes than the miner keeps at hand can't be asked for.</summary>
    public const int MaxSteps = 500;

    public required ModelId Id { get; init; }

    /// <summary>The name of the ONNX file.</summary>
    public required string File { get; init; }

    /// <summary>Whether the input takes double precision; else single.</summary>
    public required bool IsDouble { get; init; }

    /// <summary>How many numbers the model is shown, 5 minutes apart.</summary>
    public required int Steps { get; init; }

    public required WindowFeatures Features { get; init; }

    /// <summary>Applied to the features.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>The input's name in the ONNX file.</summary>
    public required string Input { get; init; }

    public required OutputKind Output { get; init; }

    /// <summary>Undone on every output before it is taken as a price, a change or a log return.</summary>
    public required Scaling OutputScaling { get; init; }

    public required OutputPlace Price { get; init; }

    /// <summary>Null where the model gives no interval; then <see cref="Upper"/> is null too.</summary>
    public OutputPlace? Lower { get; init; }

    public OutputPlace? Upper { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ModelCase> Cases { get; init; }

    /// <summary>How far from a case the model may be, CNY.</summary>
    public required double Tolerance { get; init; }

    /// <summary>How many closes a window holds.</summary>
    public int Closes => ClosesOf(Steps, Features);

    internal static int ClosesOf(int steps, WindowFeatures features) => features == WindowFeatures.LogReturns ? steps + 1 : steps;

    /// <summary>The description in a file.</summary>
    /// <param name="origin">The folder of the model as its user knows it, for the sentence.</param>
    /// <param name="json">UTF-8.</param>
    /// <param name="description">What it says.</param>
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

/// <summary>What a model's numbers mean.</summary>
public enum OutputKind
{
    /// <summary>CNY per USDT in an hour.</summary>
    Price,

    /// <summary>CNY, to be added to the last close.</summary>
    Change,

    /// <summary>ln(price in an hour / last close).</summary>
    LogReturn,
}

/// <summary>Where a number stands among a model's outputs.</summary>
/// <param name="Name">The output's name in the ONNX file.</param>
/// <param name="Index">Its place in that output, row by row, from 0; null where the output holds one number only.</param>
public sealed record OutputPlace(string Name, int? Index);

/// <summary>A window and what the model made of it where it was trained.</summary>
/// <param name="Window">Closes in CNY per USDT, oldest first.</param>
/// <param name="Price">CNY per USDT.</param>
/// <param name="Lower">The interval's lower bound; null where the model gives none.</param>
/// <param name="Upper">Its upper bound.</param>
public sealed record ModelCase(IReadOnlyList<double> Window, double Price, double? Lower, double? Upper);

/// <summary>What a model is shown of the closes.</summary>
public enum WindowFeatures
{
    /// <summary>The closes themselves, CNY per USDT.</summary>
    Closes,

    /// <summary>Each close minus the last one, CNY.</summary>
    MinusLast,

    /// <summary>ln(close / close before); it takes one close more than there are steps.</summary>
    LogReturns,
}
