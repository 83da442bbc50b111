namespace Bittbridge.Models.Testing;

/// <summary>A model breaks the contract. The message has one line per rule.</summary>
public sealed class ModelConformanceException : Exception
{
    public ModelConformanceException() { }

    public ModelConformanceException(string message)
        : base(message) { }

    public ModelConformanceException(string message, Exception innerException)
        : base(message, innerException) { }
}
