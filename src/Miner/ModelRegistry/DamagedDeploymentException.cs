namespace Bittbridge.Miner.ModelRegistry;

/// <summary>The row of the deployment can't be read, and so is not changed either.</summary>
public sealed class DamagedDeploymentException : Exception
{
    public DamagedDeploymentException()
        : base(
            "The row active / tether-cny of the table models is damaged or newer than this program: delete it, then activate a model again."
        ) { }

    public DamagedDeploymentException(string message)
        : base(message) { }

    public DamagedDeploymentException(string message, Exception innerException)
        : base(message, innerException) { }
}
