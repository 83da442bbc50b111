namespace Bittbridge.Miner;

/// <summary>The row that says what to serve can't be read, so it is not changed either.</summary>
public sealed class DamagedChoiceException : Exception
{
    public DamagedChoiceException()
        : base("The row active / tether-cny of the table models is damaged or newer than this program: delete it, then activate a model again.")
    {
    }

    public DamagedChoiceException(string message)
        : base(message)
    {
    }

    public DamagedChoiceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
