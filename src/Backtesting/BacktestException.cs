namespace Bittbridge.Backtesting;

/// <summary>A backtest can't be made. The message is one sentence for the user, with the remedy.</summary>
public sealed class BacktestException : Exception
{
    public BacktestException() { }

    public BacktestException(string message)
        : base(message) { }

    public BacktestException(string message, Exception innerException)
        : base(message, innerException) { }
}
