using System.Text;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>What storage holds about models may be anything.</summary>
public sealed class ManifestFuzzTests
{
    private static readonly ModelManifest Sound = new(
        ModelManifest.CurrentFormat,
        "m",
        "1",
        "onnx",
        DateTimeOffset.UnixEpoch,
        [ModelFile.Of("model.json", "{}"u8.ToArray()), ModelFile.Of("model.onnx", new byte[9])]
    );

    [Fact]
    public void No_bytes_make_the_reader_of_manifests_throw() =>
        ParserFuzzing.Run(
            [Sound.ToJson(), .. Damaged.Select(row => Encoding.UTF8.GetBytes(row.Data))],
            bytes => ModelManifest.FromJson(Id("m@1"), bytes)
        );

    public static TheoryData<string> Damaged
    {
        get
        {
            var json = Encoding.UTF8.GetString(Sound.ToJson());
            return
            [
                json.Replace("\"bytes\": 9", "\"bytes\": 9223372036854775807", StringComparison.Ordinal)
                    .Replace("\"bytes\": 2", "\"bytes\": 9223372036854775807", StringComparison.Ordinal),
                json.Replace("\"bytes\": 9", "\"bytes\": -9", StringComparison.Ordinal),
                json.Replace("\"kind\": \"onnx\"", "\"kind\": \"[red\"", StringComparison.Ordinal),
                json.Replace("\"kind\": \"onnx\"", "\"kind\": \"\\ud800\"", StringComparison.Ordinal),
                json.Replace("\"kind\"", "\"\\ud800\"", StringComparison.Ordinal),
                json.Replace("model.onnx", "model.json", StringComparison.Ordinal),
                json.Replace("\"kind\"", "\"signature\": \"\", \"kind\"", StringComparison.Ordinal),
                json.Replace("\"kind\"", "\"kind\": \"onnx\", \"kind\"", StringComparison.Ordinal),
                """{"formatVersion":1,"name":"m","version":"1","kind":"onnx","pushedAt":"2026-11-23T10:05:00Z","files":[null]}""",
                """{"formatVersion":1,"name":"m","version":"1","kind":"onnx","pushedAt":"2026-11-23T10:05:00Z","files":[{"name":null,"bytes":1,"sha256":null}]}""",
                """{"formatVersion":1,"name":"m","version":"1","kind":"onnx","pushedAt":"2026-11-23T10:05:00Z","files":null}""",
            ];
        }
    }

    [Theory, MemberData(nameof(Damaged))]
    public void An_impossible_manifest_is_not_read(string json) =>
        Assert.Null(ModelManifest.FromJson(Id("m@1"), Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_valid_manifest_is_read() => Assert.Equal(Sound.Bytes, ModelManifest.FromJson(Id("m@1"), Sound.ToJson())!.Bytes);

    [Fact]
    public void No_bytes_verify_a_class_but_what_its_signer_signed()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var signer = alice.PublicKey;
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["mine.dll"] = new byte[9], ["mine.pdb"] = "abc"u8.ToArray() };
        var package = ClassManifest.Sign(Id("mine@1"), "Mine", "mine.dll", files, alice);
        Assert.True(ClassManifest.TryVerify(package, [signer], out var signed, out _));
        var json = Encoding.UTF8.GetString(package.Files[ClassManifest.FileName].Span);
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    json,
                    json.Replace("\"bytes\": 9", "\"bytes\": 9223372036854775807", StringComparison.Ordinal),
                    json.Replace("\"type\": \"Mine\"", "\"type\": \"\\ud800\"", StringComparison.Ordinal),
                    json.Replace("\"type\"", "\"\\ud800\"", StringComparison.Ordinal),
                    json.Replace("mine.pdb", "mine.dll", StringComparison.Ordinal),
                    json.Replace("\"type\"", "\"type\": \"Mine\", \"type\"", StringComparison.Ordinal),
                    """{"formatVersion":1,"name":"mine","version":"1","type":"","assembly":"","models":"0.0.0.0","files":[null],"signer":"","signature":""}""",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            bytes =>
            {
                var changed = package with
                {
                    Files = new Dictionary<string, ReadOnlyMemory<byte>>(package.Files) { [ClassManifest.FileName] = bytes },
                };
                if (ClassManifest.TryVerify(changed, [signer], out var manifest, out var problem))
                {
                    Assert.Equal(signed.Message, manifest.Message);
                    return;
                }

                Assert.InRange(problem.Length, 40, 1000);
                Assert.EndsWith(".", problem, StringComparison.Ordinal);
                Assert.DoesNotContain(problem, letter => letter is '\r' or '\n');
            }
        );
    }

    [Fact]
    public void No_text_makes_the_reader_of_the_deployment_row_throw() =>
        ParserFuzzing.Run(
            [.. new[] { "a@1 b@2", "-+-", "a@1+- b@2+c@3", "-", "a@1" }.Select(Encoding.UTF8.GetBytes)],
            bytes =>
            {
                var text = Encoding.UTF8.GetString(bytes);
                foreach (var name in new[] { "Model", "Calibration", "Shadows", "Previous" })
                {
                    var row = new TableEntity("active", "tether-cny")
                    {
                        ["FormatVersion"] = 1,
                        ["Model"] = "-",
                        ["Calibration"] = "-",
                        ["Shadows"] = "",
                        ["Previous"] = "",
                    };
                    row[name] = text;
                    _ = DeploymentEntity.Read(row);
                    row[name] = null;
                    _ = DeploymentEntity.Read(row);
                }
            }
        );

    [Fact]
    public void A_row_with_far_more_than_this_program_writes_is_truncated()
    {
        var many = string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"a@{i}"));
        var row = new TableEntity("active", "tether-cny")
        {
            ["FormatVersion"] = 1,
            ["Model"] = "-",
            ["Calibration"] = "-",
            ["Shadows"] = many,
            ["Previous"] = string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"a@{i}+-")),
        };
        var choice = DeploymentEntity.Read(row)!;
        Assert.Equal((64, 10), (choice.Shadows.Count, choice.Previous.Count));
    }
}
