using System.Text.Json;
using Bittbridge.Cli.ModelVersions;

namespace Bittbridge.Cli.Tests.ModelVersions;

public sealed class ClassFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-class-");

    [Fact]
    public void The_program_its_symbols_and_its_own_dependencies_are_pushed_and_nothing_that_a_miner_has()
    {
        Write("mine.dll", "mine.pdb", "Numbers.dll", "Azure.Core.dll", "Spectre.Console.dll");
        Describe(
            Library("mine/1.0.0", ["Bittbridge.ModelApp", "Numbers", "Azure.Core"], "mine.dll"),
            Library("Bittbridge.ModelApp/0.1.0", ["bittbridge", "Bittbridge.Miner"], "Bittbridge.ModelApp.dll"),
            Library("bittbridge/0.1.0", ["Spectre.Console"], "bittbridge.dll"),
            Library("Bittbridge.Miner/0.1.0", ["Azure.Core"], "Bittbridge.Miner.dll"),
            Library("Spectre.Console/1.0.0", [], "lib/net10.0/Spectre.Console.dll"),
            Library("Azure.Core/1.0.0", [], "lib/net10.0/Azure.Core.dll"),
            Library("Numbers/1.0.0", ["Azure.Core"], "lib/net10.0/Numbers.dll")
        );

        var files = ClassFiles.Of(At("mine.dll"));

        Assert.Equal(["Numbers.dll", "mine.dll", "mine.pdb"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Numbers.dll", System.Text.Encoding.UTF8.GetString(files["Numbers.dll"].Span));
    }

    [Theory]
    [InlineData("native")]
    [InlineData("runtimeTargets")]
    public void A_dependency_with_native_libraries_is_refused(string kind)
    {
        Write("mine.dll", "Fast.dll");
        Describe(
            Library("mine/1.0.0", ["Wrapper"], "mine.dll"),
            Library("Wrapper/1.0.0", ["Fast"]),
            new(
                "Fast/1.0.0",
                new Dictionary<string, Dictionary<string, object>>
                {
                    [kind] = new() { ["runtimes/linux-x64/native/libfast.so"] = new { assetType = "native" } },
                }
            )
        );

        Assert.StartsWith("Fast has files for single platforms, such as native libraries", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_too_large_is_named()
    {
        Assert.Contains("mine.deps.json, which lists what the class needs", Refusal(), StringComparison.Ordinal);

        Write("mine.dll");
        Describe(Library("mine/1.0.0", ["Numbers"], "mine.dll"), Library("Numbers/1.0.0", [], "Numbers.dll"));
        Assert.Contains("Numbers.dll can't be read", Refusal(), StringComparison.Ordinal);

        Describe(Library("other/1.0.0", [], "other.dll"));
        Assert.Contains("not in mine.dll, the program that was started", Refusal(), StringComparison.Ordinal);

        var many = Enumerable.Range(0, 15).Select(i => $"Part{i}").ToArray();
        Write([.. many.Select(name => name + ".dll")]);
        Describe([Library("mine/1.0.0", many, "mine.dll"), .. many.Select(name => Library(name + "/1.0.0", [], name + ".dll"))]);
        Assert.Contains("A model has 1 to 16 files, but this one has 17", Refusal(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static KeyValuePair<string, object> Library(string name, string[] needs, params string[] assemblies) =>
        new(
            name,
            new
            {
                dependencies = needs.ToDictionary(need => need, _ => "1.0.0"),
                runtime = assemblies.ToDictionary(file => file, _ => new { }),
            }
        );

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Refusal() => Assert.Throws<RefusedException>(() => ClassFiles.Of(At("mine.dll"))).Message;

    private void Write(params string[] names)
    {
        foreach (var name in names)
        {
            File.WriteAllText(At(name), name);
        }
    }

    private void Describe(params KeyValuePair<string, object>[] libraries) =>
        File.WriteAllText(
            At("mine.deps.json"),
            JsonSerializer.Serialize(
                new
                {
                    targets = new Dictionary<string, object> { [".NETCoreApp,Version=v10.0"] = new Dictionary<string, object>(libraries) },
                }
            )
        );
}
