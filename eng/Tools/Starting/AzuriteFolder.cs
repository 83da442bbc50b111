namespace Bittbridge.Tools.Starting;

/// <summary>A folder for Azurite's data that no other run is using: two emulators in one folder would overwrite each other's tables.</summary>
public sealed class AzuriteFolder : IDisposable
{
    private readonly FileStream claim;

    private AzuriteFolder(string path, FileStream claim)
    {
        Path = path;
        this.claim = claim;
    }

    public string Path { get; }

    /// <summary>Takes <c>azurite</c> in the state folder, or the next that is free.</summary>
    public static AzuriteFolder Claim(Checkout checkout)
    {
        for (var number = 1; ; number++)
        {
            var path = System.IO.Path.Combine(checkout.LocalFolder, number == 1 ? "azurite" : $"azurite-{number}");
            try
            {
                Directory.CreateDirectory(path);
                return new AzuriteFolder(path, new FileStream(System.IO.Path.Combine(path, ".in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (number < 20)
            {
                // Another run has it.
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new CannotContinueException($"The folder {path} cannot be written ({problem.Message.TrimEnd('.')}): give yourself write access to it, or delete it.");
            }
        }
    }

    public void Dispose() => claim.Dispose();
}
