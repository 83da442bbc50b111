namespace Bittbridge.Miner;

/// <summary>A setting has a value that can't be used. The message is one sentence for the user: the setting, the value and the remedy.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException()
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
