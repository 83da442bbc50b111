using System.Text;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>A path that a user names becomes a package, whatever its kind, or one sentence.</summary>
public sealed class PackageReaderTests : IDisposable
{
    private readonly ModelFolder _folder = new(SmallModel.Description(), GraphFile.Of("Identity", [1, 1]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_a_folder_only_the_files_of_the_model_are_read()
    {
        for (var i = 0; i < 40; i++)
        {
            File.WriteAllText(_folder.At($"training {i}.csv"), "1");
        }

        File.WriteAllBytes(_folder.At("weights.h5"), new byte[PackageLimits.MaxBytes + 1]);

        Assert.Equal(["model.json", "model.onnx"], Read(_folder.Path).Files.Keys.Order());
        Assert.Equal("small@1", Load(Read(_folder.Path)).Model!.Id.ToString());
    }

    [Fact]
    public void The_main_file_of_a_model_means_its_folder() =>
        Assert.Equal(["model.json", "model.onnx"], Read(_folder.At("model.json")).Files.Keys.Order());

    [Theory]
    [InlineData("linear.json")]
    [InlineData("calibration.json")]
    public void A_folder_and_its_file_are_refused_with_the_same_sentence(string name)
    {
        File.Delete(_folder.At("model.json"));
        File.WriteAllText(_folder.At(name), "{}");

        var refusals = new[] { _folder.Path, _folder.At(name) }.Select(path => Load(Read(path)).Problem).ToList();

        Assert.StartsWith(
            $"The file {_folder.At(name)} can't be used (it has no field 'formatVersion'): ",
            refusals[0],
            StringComparison.Ordinal
        );
        Assert.Equal(refusals[0], refusals[1]);
    }

    [Fact]
    public void A_file_of_another_name_has_the_kind_that_its_reader_expects()
    {
        File.Move(_folder.At("model.json"), _folder.At("mine.json"));

        Assert.Equal(
            $"The file {_folder.At("mine.json")} has a name of no known kind of model: name it linear.json or calibration.json or "
                + "model.json.",
            Refusal(_folder.At("mine.json"))
        );
        Assert.True(PackageReader.TryRead(_folder.At("mine.json"), out var package, out _, new LinearModelLoader()));
        Assert.StartsWith($"The file {_folder.At("mine.json")} can't be used", Load(package).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_part_is_named_with_the_remedy()
    {
        Assert.Equal(
            $"The file {_folder.At("elsewhere")} does not exist: name the folder of a model, or its file.",
            Refusal(_folder.At("elsewhere"))
        );
        File.Delete(_folder.At("model.onnx"));
        Assert.Equal($"The file {_folder.At("model.onnx")} does not exist: add it, or correct file in model.json.", Refusal(_folder.Path));
        Assert.Equal(("which has no file model.onnx", "add it, or correct file in model.json"), PackageReader.Objection(_folder.Path));
        File.Delete(_folder.At("model.json"));
        Assert.Equal(
            $"The folder {_folder.Path} does not hold a model: put linear.json or calibration.json or model.json into it, as "
                + "docs/your-own-model.md shows.",
            Refusal(_folder.Path)
        );
    }

    [Fact]
    public void A_folder_of_several_models_is_refused()
    {
        File.WriteAllText(_folder.At("linear.json"), "{}");

        Assert.Equal(
            $"The folder {_folder.Path} holds several models (linear.json, model.json): give each its own folder.",
            Refusal(_folder.Path)
        );
    }

    [Fact]
    public void Files_larger_than_a_package_are_not_read()
    {
        using (var file = File.OpenWrite(_folder.At("model.onnx")))
        {
            file.SetLength(PackageLimits.MaxBytes);
        }

        Assert.Equal(
            $"The file {_folder.At("model.onnx")} makes the model larger than 64 MB: export a smaller one.",
            Refusal(_folder.Path)
        );
    }

    [Theory]
    [InlineData("{", "whose model.json can't be used (The file ")]
    [InlineData(null, "which does not hold a model")]
    public void The_quick_check_names_the_fault_without_loading_the_model(string? description, string said)
    {
        File.Delete(_folder.At("model.json"));
        if (description is not null)
        {
            File.WriteAllText(_folder.At("model.json"), description, Encoding.ASCII);
        }

        Assert.StartsWith(said, PackageReader.Objection(_folder.Path)!.Value.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_fault_passes_the_quick_check() => Assert.Null(PackageReader.Objection(_folder.Path));

    private static ModelPackage Read(string path) =>
        PackageReader.TryRead(path, out var package, out var problem) ? package : throw new Xunit.Sdk.XunitException(problem.ToString());

    private static PackageContent Load(ModelPackage package) => PackageReader.Loaders.Load(package, TestContext.Current.CancellationToken);

    private static string Refusal(string path)
    {
        Assert.False(PackageReader.TryRead(path, out _, out var problem));
        return problem.ToString();
    }
}
