using System.Text;
using System.Text.Json.Nodes;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ClassManifestTests
{
    private static readonly string AliceAddress = new Ss58Address(SignedClass.Alice).ToString();

    [Fact]
    public void What_is_signed_are_these_bytes()
    {
        var manifest = new ClassManifest(
            1,
            "my-model",
            "1.0",
            "MyModel",
            "my_model.dll",
            "0.1.0",
            [ModelFile.Of("my_model.pdb", "abc"u8.ToArray()), ModelFile.Of("my_model.dll", default)],
            AliceAddress,
            ""
        );

        Assert.Equal(
            """
            bittbridge-class-v1
            my-model@1.0
            MyModel
            my_model.dll
            0.1.0
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 my_model.dll
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3 my_model.pdb

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(manifest.Message)
        );
    }

    [Fact]
    public void A_signed_package_of_a_trusted_signer_is_verified()
    {
        Assert.Null(Problem(SignedClass.Of<FirstPushed>("pushed@1")));
        Assert.Null(Problem(SignedClass.Of<FirstPushed>("pushed@1"), signers: null));
    }

    [Fact]
    public void Without_a_signer_in_the_settings_no_class_is_run() =>
        Assert.Equal(
            $"pushed@1 is a C# class that {AliceAddress} signed, and the setting ModelSigners names no one: add it if its owner may run "
                + "any program as this miner, or activate another version.",
            Problem(SignedClass.Of<FirstPushed>("pushed@1"), signers: [])
        );

    [Fact]
    public void A_signer_that_the_settings_do_not_name_is_refused() =>
        Assert.Contains("does not name that address", Problem(SignedClass.Of<FirstPushed>("pushed@1", "//Eve")), StringComparison.Ordinal);

    [Theory]
    [InlineData("type", "\"Another\"")]
    [InlineData("assembly", "\"Bittbridge.Miner.Tests.pdb\"")]
    [InlineData("models", "\"0.2.0\"")]
    public void What_is_signed_cannot_be_changed(string field, string value) =>
        Assert.StartsWith(
            $"The signature in pushed@1{Path.DirectorySeparatorChar}class.json is not the one of {AliceAddress}",
            Problem(Changed(SignedClass.Of<FirstPushed>("pushed@1"), field, value)),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_signature_of_one_key_is_not_one_of_another()
    {
        using var bob = DevelopmentKey.Derive("//Bob");
        var package = Changed(SignedClass.Of<FirstPushed>("pushed@1"), "signer", $"\"{bob.Address}\"");

        Assert.Contains("The signature in", Problem(package, [SignedClass.Alice, bob.PublicKey]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_under_another_name_or_version_is_refused()
    {
        var package = SignedClass.Of<FirstPushed>("pushed@1");
        Assert.Contains(
            "it says that the model is pushed@1",
            Problem(new(Packages.Id("pushed@2"), package.Files)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "The signature in",
            Problem(new(Packages.Id("pushed@2"), Changed(package, "version", "\"2\"").Files)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_with_one_changed_byte_a_missing_and_a_further_one_are_refused()
    {
        var package = SignedClass.Of<FirstPushed>("pushed@1");
        var changed = package.Files[SignedClass.File].ToArray();
        changed[^1] ^= 1;

        Assert.Contains(
            $"{SignedClass.File} is not the one that {AliceAddress} signed",
            Problem(With(package, SignedClass.File, changed)),
            StringComparison.Ordinal
        );
        Assert.Contains($"has no file {SignedClass.File}", Problem(With(package, SignedClass.File, null)), StringComparison.Ordinal);
        Assert.Contains("has the file more.dll", Problem(With(package, "more.dll", changed)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("formatVersion", "2", "its format is 2, and this program reads 1")]
    [InlineData("formatVersion", "\"1\"", "its field 'formatVersion' is unknown or not of the right kind")]
    [InlineData("more", "1", "its field 'more' is unknown or not of the right kind")]
    [InlineData("mo\u0007re", "1", "its field 'mo\\u0007re' is unknown or not of the right kind")]
    [InlineData("signer", null, "it is not a JSON object with every field")]
    [InlineData("signer", "\"5Grw\"", "its signer is not an ss58 address")]
    [InlineData("name", "\"My Model\"", "its name or version is not one of a model")]
    [InlineData("type", "\"A, B\"", "its type is not the name of a class")]
    [InlineData("models", "\"new\"", "its field models is not a version")]
    [InlineData("models", "\"0.1.0\\n\"", "its field models is not a version")]
    [InlineData("assembly", "\"another.dll\"", "its assembly is not one of its files")]
    [InlineData("files", """[{"name":"../a.dll","bytes":1,"sha256":"00"}]""", "its files are not names with lengths and digests")]
    [InlineData("signature", "\"00\"", "The signature in")]
    public void A_field_that_is_not_as_it_must_be_is_named(string field, string? value, string said) =>
        Assert.Contains(said, Problem(Changed(SignedClass.Of<FirstPushed>("pushed@1"), field, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(-1, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, false)]
    public void A_class_for_another_major_or_a_newer_minor_version_is_refused(int major, int minor, bool isRefused)
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var own = typeof(IPredictionModel).Assembly.GetName().Version!;
        var built = $"{Math.Max(own.Major + major, 0)}.{own.Minor + minor + (own.Major + major < 0 ? 1 : 0)}.999";
        var manifest = new ClassManifest(1, "old", "1", "Old", "a.dll", built, [ModelFile.Of("a.dll", default)], AliceAddress, "");
        manifest = manifest with { Signature = Convert.ToHexStringLower(alice.Sign(manifest.Message)) };

        var problem = Problem(
            new(Packages.Id("old@1"), Files(("a.dll", ""), (ClassManifest.FileName, Encoding.UTF8.GetString(manifest.ToJson()))))
        );
        Assert.Equal(isRefused, problem is not null);
        if (isRefused)
        {
            Assert.Contains($"old@1 was built with Bittbridge.Models {built}, and this program has ", problem, StringComparison.Ordinal);
        }
    }

    private static string? Problem(ModelPackage package) => Problem(package, [SignedClass.Alice]);

    private static string? Problem(ModelPackage package, IReadOnlyList<PublicKey>? signers) =>
        ClassManifest.TryVerify(package, signers, out _, out var problem) ? null : problem;

    private static ModelPackage Changed(ModelPackage package, string field, string? value)
    {
        var json = JsonNode.Parse(package.Files[ClassManifest.FileName].Span)!.AsObject();
        json.Remove(field);
        if (value is not null)
        {
            json[field] = JsonNode.Parse(value);
        }

        return With(package, ClassManifest.FileName, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static ModelPackage With(ModelPackage package, string name, byte[]? content)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(package.Files, StringComparer.Ordinal);
        files.Remove(name);
        if (content is not null)
        {
            files[name] = content;
        }

        return package with
        {
            Files = files,
        };
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Files(params (string Name, string Content)[] files) =>
        files.ToDictionary(file => file.Name, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Content), StringComparer.Ordinal);
}
