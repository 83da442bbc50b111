namespace Bittbridge.Models.Forecasting;

/// <summary>
/// A model has no answer, and knows why: what null is, with a reason. The message is a sentence for the user without its full stop, told in
/// the log and by the health endpoint.
/// </summary>
public sealed class UnusableAnswerException : Exception
{
    public UnusableAnswerException() { }

    public UnusableAnswerException(string message)
        : base(message) { }

    public UnusableAnswerException(string message, Exception innerException)
        : base(message, innerException) { }
}
