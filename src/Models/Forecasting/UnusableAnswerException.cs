namespace Bittbridge.Models.Forecasting;

/// <summary>
/// Thrown by a model that has no answer and knows the reason; null is the same without a reason. The message is a sentence for the user
/// without its full stop, shown in the log and by the health endpoint.
/// </summary>
public sealed class UnusableAnswerException : Exception
{
    public UnusableAnswerException() { }

    public UnusableAnswerException(string message)
        : base(message) { }

    public UnusableAnswerException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>
    /// Whether asking again costs little and may succeed at any time, such as when a program is being restarted. The miner then does not
    /// count it toward the model's circuit breaker.
    /// </summary>
    public bool IsTransient { get; init; }
}
