using System.Text;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Packages;

/// <summary>Packages come from storage, so their bytes may be anything.</summary>
public sealed class PackageFuzzTests
{
    private static readonly ModelLoaders Loaders = new(ModelLoaders.BuiltIn);

    [Theory]
    [InlineData("linear.json")]
    [InlineData("calibration.json")]
    public void No_bytes_make_a_loader_throw(string file)
    {
        string[] corpus =
        [
            new LinearModelParameters(
                LinearModelParameters.CurrentFormat,
                "1",
                "nothing",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                1,
                [0.0],
                [1.0],
                [0.0],
                0.01
            ).ToJson(),
            ShippedCalibration.Value.ToJson(),
            "{\"\\ud800\":1}",
            "{\"version\":\"\\udfff\"}",
            "{\"means\":[null]}",
            "{\"scale\":null}",
            "{\"cases\":1e999}",
            "{\"from\":\"9999-99-99\"}",
        ];
        ParserFuzzing.Run(
            [.. corpus.Select(Encoding.UTF8.GetBytes)],
            bytes =>
            {
                var content = Loaders.Load(
                    new(new ModelId("mine", "1"), new Dictionary<string, ReadOnlyMemory<byte>> { [file] = bytes }),
                    TestContext.Current.CancellationToken
                );
                Assert.True(content.Problem is null == (content.Model is not null || content.Calibration is not null));
            }
        );
    }
}
