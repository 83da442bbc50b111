namespace Bittbridge.Onnx;

/// <summary>
/// A model can't be used. The message is what follows the file's name in the sentence that the user reads: what is wrong and the remedy. It
/// never leaves this room.
/// </summary>
internal sealed class UnusableModelException : Exception
{
    public UnusableModelException(string file, string problem)
        : base(problem)
    {
        File = file;
    }

    public UnusableModelException(string file, string problem, Exception innerException)
        : base(problem, innerException)
    {
        File = file;
    }

    /// <summary>Of the model's files the one that is wrong.</summary>
    public string File { get; }
}
