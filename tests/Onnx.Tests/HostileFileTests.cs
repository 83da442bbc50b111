using System.Collections;
using System.Diagnostics;
using System.Text;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>Files that would run forever, take all memory or read foreign files.</summary>
public sealed class HostileFileTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_file_that_never_ends_is_refused_at_its_deadline()
    {
        // The first load of a process also loads the native library.
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("Identity", [1, 1]));
        folder.Load().Dispose();

        var loaded = OnnxModel.TryLoad(
            "m",
            Description(),
            GraphFile.Endless(),
            TimeSpan.FromSeconds(5),
            out _,
            out var problem,
            out _,
            CancellationToken.None
        );
        Assert.False(loaded);
        Assert.Equal(
            $"The file {Path.Combine("m", "model.onnx")} was still working on cases[0] of model.json after 5 s: an answer must take "
                + "milliseconds, so look for an endless loop, or train a smaller model.",
            problem
        );
    }

    [Fact]
    public async Task A_refused_load_that_could_not_be_canceled_tells_when_it_has_ended()
    {
        using var release = new ManualResetEventSlim();
        var graph = GraphFile.Of("Identity", [1, 1]);
        var limit = TimeSpan.FromSeconds(0.25);
        HeldCases cases;
        Task ended;
        do
        {
            cases = new(Description().Cases, release);
            var description = Description() with { Cases = cases };

            // On a busy machine a load may be canceled before it reaches the cases, where it can't be.
            limit *= 2;
            Assert.False(OnnxModel.TryLoad("m", description, graph, limit, out _, out _, out ended, CancellationToken.None));
        } while (!cases.AreReached);

        Assert.False(ended.IsCompleted);
        release.Set();
        await ended.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_load_ends_when_it_is_canceled()
    {
        using var stopped = new CancellationTokenSource();
        var loading = Task.Run(
            () => OnnxModel.TryLoad("m", Description(), GraphFile.Endless(), out _, out _, stopped.Token),
            TestContext.Current.CancellationToken
        );
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            loading.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Memory_without_bound_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Zeros(1L << 28));
        Assert.Contains("model.onnx fails on a row of 1 numbers (", folder.Refusal(), StringComparison.Ordinal);
        Assert.True(Process.GetCurrentProcess().PeakWorkingSet64 < 1L << 30, "The zeros were made.");
    }

    [Fact]
    public async Task Memory_within_the_bound_is_given_again_and_again()
    {
        // 128 MB each time, of 256 in all.
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Zeros(1L << 25));
        var model = folder.Load();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(7.3, (await model.PredictAsync(Noon, Histories.EndingAt(Noon, [7.3]), CancellationToken.None))!.Price, 1e-5);
        }

        await model.CleanupAsync();
    }

    public static TheoryData<string> Places =>
        [
            "initializer",
            "sparse values",
            "sparse indices",
            "attribute",
            "list attribute",
            "sparse attribute",
            "subgraph",
            "list of subgraphs",
            "function",
            "function default",
            "training",
        ];

    [Theory, MemberData(nameof(Places))]
    public void Weights_in_another_file_are_found_wherever_they_are(string place)
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.WithWeightsAt(place));
        Assert.Contains("keeps its weights in another file (those of the tensor 'w')", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    // The number 1 in ten bytes; as 2^32 + 1, which a 32-bit reader takes for 1; with the field's number in five bytes.
    [InlineData("70818080808080808080 00")]
    [InlineData("708180808010")]
    [InlineData("F0808080 0001")]
    public void Odd_ways_to_say_so_are_found_too(string location)
    {
        var bytes = Convert.FromHexString(location.Replace(" ", "", StringComparison.Ordinal));
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.WithWeightsAt("initializer", bytes));
        Assert.Contains("keeps its weights in another file", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_other_format_of_ONNX_Runtime_is_refused()
    {
        // The identifier by which that format is known.
        using var folder = new ModelFolder(SmallModel.Description(), [.. new byte[] { 0x1c, 0, 0, 0 }, .. "ORTM"u8, .. new byte[64]]);
        Assert.Contains("is not a model that ONNX Runtime can load", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}", "has a string in line 1 with half of a surrogate pair")]
    [InlineData("{\n\"name\":\"a\\udfff\"}", "has a string in line 2 with half of a surrogate pair")]
    public void A_text_that_is_no_Unicode_is_refused(string json, string said)
    {
        using var folder = new ModelFolder(json, null);
        Assert.Contains(said, folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_is_not_UTF8_is_refused_and_one_with_a_byte_order_mark_is_read()
    {
        var json = Encoding.UTF8.GetBytes(SmallModel.Description().ToJsonString());
        Assert.False(
            ModelDescription.TryRead("m", Encoding.Latin1.GetBytes("{\"formatVersion\":1,\"name\":\"aÿþ\"}"), out _, out var problem)
        );
        Assert.EndsWith("is not UTF-8 in line 1: save it as UTF-8.", problem, StringComparison.Ordinal);
        Assert.True(
            ModelDescription.TryRead(
                "m",
                new byte[] { 0xEF, 0xBB, 0xBF }
                    .Concat(json)
                    .ToArray(),
                out _,
                out _
            )
        );
        Assert.True(
            ModelDescription.TryRead(
                "m",
                Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(SmallModel.Description().ToJsonString())).ToArray(),
                out _,
                out _
            )
        );
    }

    [Fact]
    public void No_bytes_make_the_reader_of_descriptions_throw() =>
        ParserFuzzing.Run(
            [
                .. TrainedElsewhere.Names.Select(name => Encoding.UTF8.GetBytes(TrainedElsewhere.Description(name).ToJsonString())),
                Encoding.UTF8.GetBytes(SmallModel.Description().ToJsonString()),
            ],
            bytes => Assert.True(ModelDescription.TryRead("m", bytes, out _, out var problem) == problem is null)
        );

    [Fact]
    public void No_bytes_make_the_search_for_weights_throw() =>
        ParserFuzzing.Run(
            [GraphFile.Endless(), GraphFile.WithWeightsAt("list of subgraphs"), GraphFile.Of("Identity", [1, 1])],
            bytes => OnnxContent.TryFindExternal(bytes, out _)
        );

    [Fact]
    public void Any_bytes_are_a_model_that_answers_its_cases_or_are_refused_with_a_sentence() =>
        ParserFuzzing.RunCostly(
            [
                GraphFile.Of("Identity", [1, 1]),
                GraphFile.Of("Identity", [1, 1, 1]),
                GraphFile.WithWeightsAt("initializer"),
                GraphFile.Zeros(4),
            ],
            cost: 40,
            bytes =>
            {
                var isLoaded = OnnxModel.TryLoad("m", Description(), bytes, out var model, out var problem);
                Assert.Equal(isLoaded, problem is null);
                model?.Dispose();
            }
        );

    private static ModelDescription Description() =>
        ModelDescription.TryRead("m", Encoding.UTF8.GetBytes(SmallModel.Description().ToJsonString()), out var description, out var problem)
            ? description
            : throw new Xunit.Sdk.XunitException(problem);

    /// <summary>Cases whose reader blocks until they are released, as a load does in one long operator.</summary>
    private sealed class HeldCases(IReadOnlyList<ModelCase> cases, ManualResetEventSlim release) : IReadOnlyList<ModelCase>
    {
        private volatile bool _areReached;

        public bool AreReached => _areReached;

        public int Count
        {
            get
            {
                _areReached = true;
                release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
                return cases.Count;
            }
        }

        public ModelCase this[int index] => cases[index];

        public IEnumerator<ModelCase> GetEnumerator() => cases.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
