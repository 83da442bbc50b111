using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

internal static class ModelFolderLoading
{
    extension(ModelFolder folder)
    {
        public OnnxModel Load() =>
            OnnxFolder.TryLoad(folder.Path, out var model, out var problem, TestContext.Current.CancellationToken)
                ? model
                : throw new Xunit.Sdk.XunitException(problem);

        /// <summary>The sentence with which the folder is refused.</summary>
        public string Refusal()
        {
            var loaded = OnnxFolder.TryLoad(folder.Path, out var model, out var problem, TestContext.Current.CancellationToken);
            Assert.False(loaded, "The model was loaded.");
            Assert.Null(model);
            Assert.NotNull(problem);
            Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
            Assert.EndsWith(".", problem, StringComparison.Ordinal);
            return problem;
        }
    }
}
