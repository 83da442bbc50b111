using System.Collections;
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

        // On a busy machine a load may not reach its case at first.
        var limit = TimeSpan.FromSeconds(2.5);
        string? problem;
        do
        {
            limit *= 2;
            Assert.False(
                OnnxModel.TryLoad("m", Description(), GraphFile.Endless(), limit, out _, out problem, out _, CancellationToken.None)
            );
        } while (problem!.Contains("still being loaded", StringComparison.Ordinal));

        Assert.Equal(
            $"The file {Path.Combine("m", "model.onnx")} was still working on cases[0] of model.json after {limit.TotalSeconds} s: an "
                + "answer must take milliseconds, so look for an endless loop, or train a smaller model.",
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
        var refusal = folder.Refusal();
        Assert.Contains("model.onnx fails on a row of 1 numbers (", refusal, StringComparison.Ordinal);
        Assert.Contains(" is smaller than requested bytes of 1073741824): run it", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_without_bound_is_refused_beside_models_that_use_all_of_theirs()
    {
        // All but 2 KB of 256 MB, and weights of 6 KB, which ONNX Runtime takes without a look at the limit.
        using var large = new ModelFolder(SmallModel.Description(), GraphFile.Zeros((1L << 26) - 512));
        using var first = large.Load();
        using var small = new ModelFolder(TrainedElsewhere.Description("lstm"), TrainedElsewhere.Graph("lstm"));
        using var second = small.Load();
        Memory_without_bound_is_refused();
    }

    [Fact]
    public void Weights_that_are_small_in_the_file_alone_are_refused()
    {
        // ONNX Runtime prepares a layer of one output with 16 columns: 17 MB become 275.
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Layer(4_300_000, 1));
        Assert.Equal(
            $"The file {Path.Combine(folder.Path, "model.onnx")} takes more than 256 MB for its weights when it is loaded: export a model "
                + "with fewer weights.",
            folder.Refusal()
        );
    }

    [Fact]
    public void A_file_of_many_weights_is_loaded_as_it_is()
    {
        // 34 MB. They are not prepared, which would take 275.
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Layer(4_300_000, 2));
        using var model = folder.Load();
    }

    [Theory]
    [InlineData("bytes of a type", 190_000)]
    [InlineData("numbers of a tensor", 800_000)]
    [InlineData("numbers of an attribute", 800_000)]
    [InlineData("separate numbers of an attribute", 800_000)]
    [InlineData("texts of an attribute", 80_000)]
    [InlineData("notes of a node", 20_000)]
    [InlineData("nodes", 15_000)]
    public void A_file_that_grows_when_it_is_read_is_refused(string part, int some)
    {
        const long Max = 16 * 1024 * 1024;
        Assert.Null(OnnxContent.Problem(GraphFile.Many(part, some), Max));

        Assert.Equal(
            "takes more than 16 MB of memory to read: export a smaller model, such as a forest with fewer or less deep trees",
            OnnxContent.Problem(GraphFile.Many(part, some * 2), Max)
        );
    }

    [Fact]
    public void A_small_file_of_so_many_nodes_that_it_takes_long_to_load_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Many("nodes", 21_000));
        Assert.Equal(
            $"The file {Path.Combine(folder.Path, "model.onnx")} has more than 20,000 nodes and tensors, which take long to load: export a "
                + "smaller model, and a long recurrence as an LSTM, a Loop or a Scan.",
            folder.Refusal()
        );
        Assert.Null(OnnxContent.Problem(GraphFile.Many("nodes", 19_000)));
        Assert.Null(OnnxContent.Problem(GraphFile.Many("tensors", 19_000)));
        Assert.StartsWith("has more than 20,000 nodes and tensors", OnnxContent.Problem(GraphFile.Many("tensors", 21_000)));
    }

    [Theory]
    [InlineData("bytes of a tensor", 2_000_000)]
    [InlineData("numbers of an attribute", 200_000)]
    [InlineData("separate numbers of an attribute", 200_000)]
    [InlineData("texts of an attribute", 20_000)]
    [InlineData("attributes", 5_000)]
    public void What_a_subgraph_holds_counts_at_each_level(string part, int count)
    {
        const long Max = 16 * 1024 * 1024;
        Assert.Null(OnnxContent.Problem(GraphFile.Nested(levels: 1, part, count), Max));
        Assert.StartsWith("takes more than 16 MB", OnnxContent.Problem(GraphFile.Nested(levels: 10, part, count), Max));
    }

    [Fact]
    public void A_tree_as_deep_as_it_has_nodes_is_loaded()
    {
        // Such a tree ended the process, because its branches are followed by recursion.
        using var folder = new ModelFolder(SmallModel.Description(price: 1), GraphFile.DeepTree(100_000));
        folder.Load().Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forest_of_more_nodes_than_the_stack_has_room_for_is_refused(bool isPacked)
    {
        Assert.Null(OnnxContent.Problem(GraphFile.WithAttribute("nodes_falsenodeids", 500_000, isPacked)));
        Assert.Null(OnnxContent.Problem(GraphFile.WithAttribute("nodes_featureids", 500_001, isPacked)));
        Assert.Equal(
            "has more than 500,000 nodes in its trees: train fewer or less deep trees",
            OnnxContent.Problem(GraphFile.WithAttribute("nodes_falsenodeids", 500_001, isPacked))
        );
    }

    [Fact]
    public void More_numbers_than_a_forecast_can_be_chosen_from_are_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Row(100_001));
        Assert.EndsWith(
            "model.onnx returned 100,001 numbers as 'y', of 100,000 at most: export it with fewer outputs.",
            folder.Refusal(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(14, false)]
    public void Functions_that_call_one_another_are_loaded_only_if_they_are_few_nodes_in_all(int levels, bool isLoaded)
    {
        // Each function calls the next one twice: 31 nodes or 32,767.
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Functions(levels));
        if (isLoaded)
        {
            folder.Load().Dispose();
        }
        else
        {
            Assert.Contains(" has more than 20,000 nodes and tensors", folder.Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Functions(0, isEndless: true));
        Assert.Contains(" has more than 20,000 nodes and tensors", folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tensor", "the tensor 'w'")]
    [InlineData("cast", "the attribute 'to'")]
    [InlineData("sequence", "the attribute 'dtype'")]
    [InlineData("cast in a function", "the attribute 't'")]
    [InlineData("labels", "the attribute 'classlabels_strings'")]
    [InlineData("constant", "the attribute 'value_string'")]
    public void Text_is_refused(string place, string named)
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.WithText(place));
        Assert.Equal(
            $"The file {Path.Combine(folder.Path, "model.onnx")} works with text (in {named}), whose memory has no limit: export it with "
                + "numbers only, a classifier with numeric labels.",
            folder.Refusal()
        );
    }

    [Theory]
    [InlineData("sparse values")]
    [InlineData("sparse indices")]
    [InlineData("sparse attribute")]
    public void A_sparse_tensor_is_refused(string place)
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.WithWeightsAt(place, []));
        Assert.EndsWith(
            "model.onnx holds a sparse tensor, which can be of any size in memory: export it with dense tensors.",
            folder.Refusal(),
            StringComparison.Ordinal
        );
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
    public void No_bytes_make_the_search_of_a_file_throw() =>
        ParserFuzzing.Run(
            [
                GraphFile.Endless(),
                GraphFile.WithWeightsAt("list of subgraphs"),
                GraphFile.Of("Identity", [1, 1]),
                GraphFile.Functions(2),
                GraphFile.WithText("cast in a function"),
                GraphFile.Nested(3, "texts of an attribute", 2),
                GraphFile.DeepTree(3),
            ],
            bytes => OnnxContent.Problem(bytes)
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
