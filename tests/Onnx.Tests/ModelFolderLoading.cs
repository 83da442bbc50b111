using Bittbridge.Models.Packages;
using Bittbridge.Models.Testing;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

internal static class ModelFolderLoading
{
    /// <summary>Limits that a model keeps on a busy machine, too.</summary>
    public static readonly ConformanceOptions Terms = new()
    {
        InitializeLimit = TimeSpan.FromMinutes(1),
        TimeLimit = TimeSpan.FromMinutes(1),
    };

    private static readonly ModelLoaders Loaders = new([new OnnxLoader()]);

    /// <summary>Loads the model of a folder that holds nothing else.</summary>
    public static PackageContent Load(string folder) =>
        Loaders.Load(
            new(
                folder,
                Directory
                    .GetFiles(folder)
                    .ToDictionary(path => Path.GetFileName(path), path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path))
            ),
            TestContext.Current.CancellationToken
        );

    extension(ModelFolder folder)
    {
        public OnnxModel Load()
        {
            var content = Load(folder.Path);
            return content.Model as OnnxModel ?? throw new Xunit.Sdk.XunitException(content.Problem);
        }

        /// <summary>The sentence with which the folder is refused.</summary>
        public string Refusal()
        {
            var content = Load(folder.Path);
            Assert.Null(content.Model);
            var problem = content.Problem!;
            Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
            Assert.EndsWith(".", problem, StringComparison.Ordinal);
            return problem;
        }
    }
}
