using System.Diagnostics;
using System.Globalization;

namespace Bittbridge.Models.Forecasting;

/// <summary>What a model's exception says to the model's author: one form for live answers, backtests and the conformance suite.</summary>
public static class ModelFailure
{
    private const int MaxMessage = 200;

    /// <summary>
    /// The end of a sentence about the model, such as <c>it threw InvalidOperationException: no weights (my_model.cs:33)</c>. An
    /// <see cref="UnusableAnswerException"/> gives its own sentence. The line is the innermost one with a source file.
    /// </summary>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception is UnusableAnswerException ? exception.Message : "it threw " + InShort(exception);
    }

    /// <summary>The type, the message in one line, and the line of the source.</summary>
    public static string InShort(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var message = OneLine(exception.Message);
        return exception.GetType().Name + (message.Length == 0 ? "" : ": " + message) + LineOf(exception);
    }

    /// <summary>A text that a model wrote, as one line of bounded length without its full stop, for use within a sentence.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length > MaxMessage ? line[..MaxMessage] + "…" : line;
    }

    /// <summary>The innermost line with a source file, such as <c> (my_model.cs:33)</c>; empty if none is known.</summary>
    public static string LineOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var frame = Array.Find(new StackTrace(exception, fNeedFileInfo: true).GetFrames(), frame => frame.GetFileName() is not null);
        return frame is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({Path.GetFileName(frame.GetFileName())}:{frame.GetFileLineNumber()})");
    }
}
