using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>Packages of classes of these tests.</summary>
internal static class SignedClass
{
    /// <summary>The file with the classes.</summary>
    public const string File = "Bittbridge.Miner.Tests.dll";

    public static PublicKey Alice { get; } = DevelopmentKey.Derive("//Alice").PublicKey;

    public static ModelPackage Of<T>(string id, string signer = "//Alice", params (string Name, byte[] Content)[] more) =>
        Of(id, typeof(T).FullName!, signer, more);

    public static ModelPackage Of(string id, string type, string signer = "//Alice", params (string Name, byte[] Content)[] more)
    {
        using var key = DevelopmentKey.Derive(signer);
        return ClassManifest.Sign(Packages.Id(id), type, File, Files(more), key);
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Files((string Name, byte[] Content)[] more)
    {
        var files = new[] { File, Path.ChangeExtension(File, ".pdb") }
            .Select(name => (Name: name, Content: System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name))))
            .Concat(more);
        return files.ToDictionary(file => file.Name, file => (ReadOnlyMemory<byte>)file.Content, StringComparer.Ordinal);
    }
}
