namespace Bittbridge.Models;

/// <summary>A model's answer is no forecast. The message is one sentence for the user, told in the log and by the health endpoint, without its full stop.</summary>
public sealed class UnusableAnswerException : Exception
{
    public UnusableAnswerException()
    {
    }

    public UnusableAnswerException(string message)
        : base(message)
    {
    }

    public UnusableAnswerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
