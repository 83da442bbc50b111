namespace Bittbridge.Onnx;

/// <summary>
/// A model can't be used. The message follows the file name in the sentence for the user: what is wrong and the remedy. This exception
/// never leaves the project.
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

    /// <summary>The file that is wrong.</summary>
    public string File { get; }
}
