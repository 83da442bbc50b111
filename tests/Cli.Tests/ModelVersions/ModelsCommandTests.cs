using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

[assembly: AssemblyFixture(typeof(TestStorage))]

namespace Bittbridge.Cli.Tests.ModelVersions;

/// <summary>The commands as their user types them, on real storage.</summary>
[Collection("console")]
public sealed class ModelsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-models-");
    private readonly string _connectionString;
    private readonly string _prefix;

    public ModelsCommandTests(TestStorage storage)
    {
        (_connectionString, var prefix) = storage.New();
        _prefix = prefix[..20];
    }

    [Fact]
    public async Task A_model_is_pushed_activated_shadowed_and_rolled_back()
    {
        await SucceedAsync("push", Linear("1", 0.001), "mine@1");
        await SucceedAsync("push", Linear("2", 0.002), "mine@2");
        await SucceedAsync("push", CalibrationJson(), "wide@1");
        Assert.Equal("mine@1", Model(await SucceedAsync("activate", "mine@1")));
        Assert.Equal("mine@2", Model(await SucceedAsync("activate", "mine@2")));
        var active = await SucceedAsync("activate", "wide@1");
        Assert.Equal(("mine@2", "wide@1"), (Model(active), active.GetProperty("calibration").GetString()));
        Assert.Equal(
            ["mine@1", "filtered-smoothers@1"],
            Shadows(await SucceedAsync("shadow", "mine@1"), await SucceedAsync("shadow", "filtered-smoothers@1"))
        );

        var list = await SucceedAsync("list");
        Assert.Equal(
            ["mine@1 linear shadow", "mine@2 linear active", "wide@1 calibration active"],
            list.GetProperty("versions")
                .EnumerateArray()
                .Select(version => $"{version.GetProperty("id")} {version.GetProperty("kind")} {version.GetProperty("state")}")
        );
        Assert.Equal(
            ["mine@2", "mine@1", "the model of the setting Model"],
            list.GetProperty("previous").EnumerateArray().Select(pair => pair.GetString())
        );

        Assert.Equal(["filtered-smoothers@1"], Shadows(await SucceedAsync("shadow", "mine@1", "--remove")));
        Assert.Equal(JsonValueKind.Null, (await SucceedAsync("rollback")).GetProperty("calibration").ValueKind);
        Assert.Equal("mine@1", Model(await SucceedAsync("rollback")));
        Assert.Null(Model(await SucceedAsync("rollback")));
        await FailAsync("no earlier version", "rollback");
    }

    [Fact]
    public async Task The_list_as_text_says_what_is_active_and_what_rollback_would_do()
    {
        var (_, nothing, _) = await RunAsync("list");
        Assert.Contains("the model of the setting Model", nothing, StringComparison.Ordinal);
        Assert.Contains("No version is in storage", nothing, StringComparison.Ordinal);
        var (_, pushed, _) = await RunAsync("push", Linear("1", 0.001), "mine@1");
        Assert.Contains("models activate mine@1", pushed, StringComparison.Ordinal);
        await RunAsync("activate", "mine@1");
        var (status, list, _) = await RunAsync("list");
        Assert.Equal(0, status);
        Assert.Contains("Active    mine@1", list, StringComparison.Ordinal);
        Assert.Contains("Rollback  to the model of the setting Model", list, StringComparison.Ordinal);
        Assert.Matches(@"mine@1\s+linear\s+[\d,]+\s+\d{4}-\d\d-\d\d \d\d:\d\d\s+active", list);
    }

    [Fact]
    public async Task A_version_never_changes()
    {
        var path = Linear("1", 0.001);
        await SucceedAsync("push", path, "mine@1");
        await SucceedAsync("push", path, "mine@1");
        await FailAsync("another version", "push", Linear("1", 0.002), "mine@1");
    }

    [Fact]
    public async Task What_no_miner_could_use_is_not_pushed()
    {
        await FailAsync("can't be used", "push", Written("linear.json", "{}"), "mine@1");
        await FailAsync("say that the model is mine@1", "push", Linear("1", 0.001), "mine@2");
        await FailAsync(
            "does not hold a model: put linear.json or calibration.json or model.json into it",
            "push",
            Written("weights.bin", "1"),
            "mine@1"
        );
        await FailAsync("the name of a built-in model", "push", Linear("9", 0.001), "last-price@9");
        Assert.Empty((await SucceedAsync("list")).GetProperty("versions").EnumerateArray());
    }

    [Fact]
    public async Task A_missing_or_changed_version_is_not_activated()
    {
        await FailAsync("There is no model mine@1", "activate", "mine@1");
        await FailAsync("this program has last-price@1", "activate", "last-price@2");
        await SucceedAsync("push", Linear("1", 0.001), "mine@1");
        await SucceedAsync("push", Linear("2", 0.001), "mine@2");
        await SucceedAsync("activate", "mine@1");
        await SucceedAsync("activate", "mine@2");
        var blobs = new MinerBlobs(new(_connectionString, _prefix)).Models;
        await foreach (var blob in blobs.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            if (blob.Name.StartsWith("mine/1/", StringComparison.Ordinal) && blob.Name.EndsWith("linear.json", StringComparison.Ordinal))
            {
                await blobs
                    .GetBlobClient(blob.Name)
                    .UploadAsync(BinaryData.FromString("{}"), overwrite: true, TestContext.Current.CancellationToken);
            }
        }

        await FailAsync("not the one that was pushed", "activate", "mine@1");
        await FailAsync("not the one that was pushed", "rollback");
        await FailAsync("not the one that was pushed", "shadow", "mine@1");
        Assert.Equal("mine@2", Model(await SucceedAsync("list")));
    }

    [Fact]
    public async Task A_stored_class_is_verified_and_not_loaded()
    {
        using var author = HotkeyPair.Create();
        var store = new ModelVersionStore(new(new(_connectionString, _prefix)), TimeProvider.System);
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["mine.dll"] = "no assembly"u8.ToArray() };
        var good = ClassManifest.Sign(new("mine", "1"), "Mine", "mine.dll", files, author);
        var bad = new ModelPackage(new ModelId("mine", "2"), good.Files);
        await store.PushAsync(good, "class", TestContext.Current.CancellationToken);
        await store.PushAsync(bad, "class", TestContext.Current.CancellationToken);

        Assert.Equal("mine@1", Model(await SucceedAsync("activate", "mine@1")));
        Assert.Equal(["mine@1"], Shadows(await SucceedAsync("shadow", "mine@1")));
        await FailAsync("it says that the model is mine@1", "activate", "mine@2");
    }

    [Fact]
    public async Task A_folder_with_a_class_is_pushed_with_its_own_file() =>
        await FailAsync("holds a C# class: push it with its own file", "push", Written("class.json", "{}"), "mine@1");

    [Fact]
    public async Task A_shadow_is_a_model_that_is_there_and_there_are_four_at_most()
    {
        await SucceedAsync("push", CalibrationJson(), "wide@1");
        await FailAsync("only a model can run as a shadow", "shadow", "wide@1");
        await FailAsync("is not a shadow", "shadow", "last-price@1", "--remove");
        foreach (
            var shadow in new[] { "last-price@1", "moving-average@1", "exponential-smoothing@1", "filtered-smoothers@1", "last-price@1" }
        )
        {
            await SucceedAsync("shadow", shadow);
        }

        await SucceedAsync("push", Linear("1", 0.001), "mine@1");
        await FailAsync("There are 4 shadows already", "shadow", "mine@1");
    }

    [Fact]
    public async Task Storage_comes_from_the_miners_settings_where_no_switch_names_it()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Bittbridge:Storage", _connectionString), new("Bittbridge:TablePrefix", _prefix)])
            .Build();
        await SucceedAsync("activate", "last-price@1");
        var (status, output, _) = await TypedCommand.RunAsync(settings, "models", "list", "--json");
        Assert.Equal((0, "last-price@1"), (status, Model(JsonDocument.Parse(output).RootElement)));
    }

    [Fact]
    public async Task Missing_or_unreachable_storage_is_reported_with_the_remedy()
    {
        var nowhere = new ConfigurationBuilder().Build();
        var (status, _, error) = await TypedCommand.RunAsync(nowhere, "models", "list");
        Assert.Equal(2, status);
        Assert.Contains("--storage", error, StringComparison.Ordinal);

        (status, _, error) = await TypedCommand.RunAsync(nowhere, "models", "list", "--storage", StorageEmulator.Unreachable());
        Assert.Equal(1, status);
        Assert.Contains("out of reach", error, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("models", "activate", "mine")]
    [InlineData("models", "activate", "Mine@1")]
    [InlineData("models", "activate")]
    [InlineData("models", "push", "no-such-file", "mine@1")]
    [InlineData("models", "list", "--storage", "My Account")]
    [InlineData("models", "list", "--storage", "AccountName=mine;AccountKey")]
    [InlineData("models", "list", "--table-prefix", "a-b")]
    [InlineData("models")]
    public async Task A_wrong_command_line_is_refused_with_a_sentence_and_exit_status_2(params string[] args)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Bittbridge:Storage", "UseDevelopmentStorage=true")]).Build();
        var (status, _, error) = await TypedCommand.RunAsync(settings, args);
        Assert.Equal(2, status);
        Assert.NotEmpty(error);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string? Model(JsonElement line) => line.GetProperty("model").GetString();

    private static string?[] Shadows(params JsonElement[] lines) =>
        [.. lines[^1].GetProperty("shadows").EnumerateArray().Select(shadow => shadow.GetString())];

    private string Linear(string version, double plus) =>
        Written(
            "linear.json",
            new LinearModelParameters(
                LinearModelParameters.CurrentFormat,
                version,
                "nothing",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                1,
                [0.0],
                [1.0],
                [0.0],
                plus
            ).ToJson()
        );

    private string CalibrationJson() =>
        Written(
            "calibration.json",
            new Calibration(
                Calibration.CurrentFormat,
                "nothing",
                "last-price@1",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                1,
                new(-3, [0, 0, 0], [0, 0, 0], 0, 0, [0, 0, 0], [0, 0, 0], 0, 0),
                [0.1, 0.9],
                [0.1, 1.5]
            ).ToJson()
        );

    /// <summary>A folder with one file.</summary>
    private string Written(string name, string content)
    {
        var folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)).FullName;
        File.WriteAllText(Path.Combine(folder, name), content);
        return folder;
    }

    private async Task<JsonElement> SucceedAsync(params string[] args)
    {
        var (status, output, error) = await RunAsync([.. args, "--json"]);
        Assert.Equal((0, ""), (status, error));
        return JsonDocument.Parse(Assert.Single(output.TrimEnd().Split('\n'))).RootElement;
    }

    private async Task FailAsync(string word, params string[] args)
    {
        var (status, _, error) = await RunAsync(args);
        Assert.Equal(1, status);
        Assert.Contains(word, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private Task<(int Status, string Output, string Error)> RunAsync(params string[] args) =>
        TypedCommand.RunAsync(
            new ConfigurationBuilder().Build(),
            ["models", .. args, "--storage", _connectionString, "--table-prefix", _prefix]
        );
}
