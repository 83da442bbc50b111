namespace Bittbridge.Cli.Tests;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, params IEnumerable<string> lines)
    {
        File.WriteAllLines(At(name), lines);
        return At(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
