using System.Text;

namespace Bittbridge.Testing;

/// <summary>
/// Writes the smallest ONNX files there are: one node that takes what the graph takes and gives what the graph gives. Field numbers are
/// those of onnx.proto3.
/// </summary>
public static class GraphFile
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int String = 8;
    private const int Bool = 9;

    /// <param name="operation">The node's operator, such as <c>Identity</c>.</param>
    /// <param name="shape">Of the input and the output; null for a free length.</param>
    /// <param name="outputType">The tensor type of the output.</param>
    /// <param name="inputs">The names of the inputs, all of one shape.</param>
    public static byte[] Of(string operation, int?[] shape, int outputType = Float, params string[] inputs)
    {
        inputs = inputs.Length == 0 ? ["x"] : inputs;
        var node = Join([.. inputs.Select(input => Text(1, input)), Text(2, "y"), Text(4, operation)]);
        var graph = Join([
            Bytes(1, node),
            Text(2, "g"),
            .. inputs.Select(input => Bytes(11, Value(input, Float, shape))),
            Bytes(12, Value("y", outputType, outputType == Float ? shape : [shape.Length])),
        ]);
        return Join([Number(1, 8), Bytes(7, graph), Bytes(8, Number(2, 13))]);
    }

    /// <summary>x plus weights that lie in another file, as large models and some exporters have them.</summary>
    public static byte[] WithWeightsIn(string file)
    {
        var place = Bytes(13, Join(Text(1, "location"), Text(2, file)));
        var weights = Join(Number(1, 1), Number(1, 1), Number(2, Float), Text(8, "w"), place, Number(14, 1));
        var graph = Join(
            Bytes(1, Join(Text(1, "x"), Text(1, "w"), Text(2, "y"), Text(4, "Add"))),
            Text(2, "g"),
            Bytes(5, weights),
            Bytes(11, Value("x", Float, [1, 1])),
            Bytes(12, Value("y", Float, [1, 1]))
        );
        return Join(Number(1, 8), Bytes(7, graph), Bytes(8, Number(2, 13)));
    }

    /// <summary>A loop of 2^62 rounds around the input.</summary>
    public static byte[] Endless()
    {
        int?[] row = [1, 1];
        var body = Join(
            Bytes(1, Node("Identity", ["more_in"], "more_out")),
            Bytes(1, Node("Identity", ["v_in"], "v_out")),
            Text(2, "body"),
            Bytes(11, Value("i", Int64, [])),
            Bytes(11, Value("more_in", Bool, [])),
            Bytes(11, Value("v_in", Float, row)),
            Bytes(12, Value("more_out", Bool, [])),
            Bytes(12, Value("v_out", Float, row))
        );
        var loop = Join(Node("Loop", ["n", "more", "x"], "y"), Bytes(5, Join(Text(1, "body"), Bytes(6, body), Number(20, 5))));
        return Model(loop, row, Raw("n", Int64, BitConverter.GetBytes(1L << 62)), Raw("more", Bool, [1]));
    }

    /// <summary>The input plus the mean of so many zeros, which the graph makes for itself.</summary>
    public static byte[] Zeros(long count)
    {
        var zeros = Node("ConstantOfShape", ["shape"], "zeros");
        var mean = Join(Node("ReduceMean", ["zeros"], "mean"), Bytes(5, Join(Text(1, "axes"), Number(8, 0), Number(20, 7))));
        var shape = Join(Number(1, 1), Number(2, Int64), Text(8, "shape"), Bytes(9, BitConverter.GetBytes(count)));
        return OneByOne(Bytes(1, zeros), Bytes(1, mean), Bytes(1, Node("Add", ["x", "mean"], "y")), Bytes(5, shape));
    }

    /// <summary>The input plus the mean of a layer's outputs, whose weights are zeros.</summary>
    public static byte[] Layer(int inputs, int outputs)
    {
        var weights = Join(Number(1, inputs), Number(1, outputs), Number(2, Float), Text(8, "w"), Bytes(9, new byte[4 * inputs * outputs]));
        return OneByOne(
            Bytes(1, Node("Expand", ["x", "shape"], "row")),
            Bytes(1, Node("MatMul", ["row", "w"], "out")),
            Bytes(1, Node("ReduceMean", ["out"], "mean")),
            Bytes(1, Node("Add", ["x", "mean"], "y")),
            RowShape(inputs),
            Bytes(5, weights)
        );
    }

    /// <summary>A file with so many of what takes a few bytes there, and more in memory.</summary>
    public static byte[] Many(string part, int count) => OneByOne(Bytes(1, Node("Identity", ["x"], "y")), Part(part, count));

    /// <summary>The same inside so many subgraphs of subgraphs.</summary>
    public static byte[] Nested(int levels, string part, int count)
    {
        var content = Part(part, count);
        for (var i = 0; i < levels; i++)
        {
            content = Bytes(1, Join(Text(4, "If"), Bytes(5, Join(Text(1, "then_branch"), Bytes(6, content)))));
        }

        return OneByOne(content);
    }

    /// <summary>A node with a list of so many zeros, in one field or in a field each.</summary>
    public static byte[] WithAttribute(string name, int count, bool isPacked) =>
        OneByOne(Bytes(1, Bytes(5, Join(Text(1, name), isPacked ? Bytes(8, new byte[count]) : Times(Number(8, 0), count)))));

    private static byte[] Part(string part, int count) =>
        part switch
        {
            "bytes of a type" => Bytes(13, Bytes(2, new byte[count])),
            "bytes of a tensor" => Bytes(5, Join(Number(2, Float), Text(8, "w"), Bytes(9, new byte[count]))),
            "numbers of a tensor" => Bytes(5, Join(Number(2, Int64), Text(8, "w"), Bytes(7, new byte[count]))),
            "numbers of an attribute" => Bytes(1, Bytes(5, Join(Text(1, "numbers"), Bytes(8, new byte[count])))),
            "separate numbers of an attribute" => Bytes(1, Bytes(5, Join(Text(1, "numbers"), Times(Number(8, 0), count)))),
            "texts of an attribute" => Bytes(1, Bytes(5, Join(Text(1, "modes"), Times(Bytes(9, []), count)))),
            "attributes" => Bytes(1, Times(Bytes(5, []), count)),
            "notes of a node" => Bytes(1, Times(Bytes(9, []), count)),
            "nodes" => Times(Bytes(1, []), count),
            "tensors" => Times(Bytes(5, []), count),
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
        };

    private static byte[] Times(byte[] field, int count)
    {
        var all = new byte[field.Length * count];
        for (var i = 0; i < all.Length; i += field.Length)
        {
            field.CopyTo(all, i);
        }

        return all;
    }

    /// <summary>The input through a function that calls the next one twice, and so on.</summary>
    public static byte[] Functions(int levels, bool isEndless = false)
    {
        return Join([
            OneByOne(Bytes(1, Join(Node("f0", ["x"], "y"), Text(7, "own")))),
            Bytes(8, Join(Text(1, "own"), Number(2, 1))),
            .. Enumerable.Range(0, levels).Select(i => Function(i, Call(i + 1, "a", "t"), Call(i + 1, "t", "b"))),
            Function(levels, isEndless ? Call(levels, "a", "b") : Bytes(7, Node("Identity", ["a"], "b"))),
        ]);

        static byte[] Call(int i, string input, string output) => Bytes(7, Join(Node($"f{i}", [input], output), Text(7, "own")));

        static byte[] Function(int i, params byte[][] nodes) =>
            Bytes(
                25,
                Join([
                    Text(1, $"f{i}"),
                    Text(4, "a"),
                    Text(5, "b"),
                    .. nodes,
                    Bytes(9, Number(2, 13)),
                    Bytes(9, Join(Text(1, "own"), Number(2, 1))),
                    Text(10, "own"),
                ])
            );
    }

    /// <summary>The input, so many times.</summary>
    public static byte[] Row(int length) => Model(Node("Expand", ["x", "shape"], "y"), [1, null], RowShape(length));

    /// <summary>A decision tree that gives 1 everywhere. Each node has a leaf and the next node.</summary>
    public static byte[] DeepTree(int depth)
    {
        // The nodes come first, then their leaves and the last node, which is a leaf too.
        var leaves = Enumerable.Range(depth, depth + 1).ToArray();
        var count = depth + leaves.Length;
        byte[][] attributes =
        [
            Join(Text(1, "n_targets"), Number(3, 1), Number(20, 2)),
            Numbers("nodes_treeids", Enumerable.Repeat(0, count)),
            Numbers("nodes_nodeids", Enumerable.Range(0, count)),
            Numbers("nodes_featureids", Enumerable.Repeat(0, count)),
            Floats("nodes_values", 0f, count),
            Join([
                Text(1, "nodes_modes"),
                .. Enumerable.Range(0, count).Select(i => Text(9, i < depth ? "BRANCH_LEQ" : "LEAF")),
                Number(20, 8),
            ]),
            Numbers("nodes_truenodeids", Enumerable.Range(0, count).Select(i => i < depth ? depth + i : 0)),
            Numbers(
                "nodes_falsenodeids",
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        i < depth - 1 ? i + 1
                        : i < depth ? count - 1
                        : 0
                    )
            ),
            Numbers("target_treeids", leaves.Select(_ => 0)),
            Numbers("target_nodeids", leaves),
            Numbers("target_ids", leaves.Select(_ => 0)),
            Floats("target_weights", 1f, leaves.Length),
        ];
        var node = Join([
            Node("TreeEnsembleRegressor", ["x"], "y"),
            Text(7, "ai.onnx.ml"),
            .. attributes.Select(attribute => Bytes(5, attribute)),
        ]);
        return Join(OneByOne(Bytes(1, node)), Bytes(8, Join(Text(1, "ai.onnx.ml"), Number(2, 3))));

        static byte[] Numbers(string name, IEnumerable<int> numbers) =>
            Join(Text(1, name), Bytes(8, [.. numbers.SelectMany(number => Varint(number))]), Number(20, 7));

        static byte[] Floats(string name, float number, int count) =>
            Join(
                Text(1, name),
                Bytes(7, [.. Enumerable.Repeat(BitConverter.GetBytes(number), count).SelectMany(bytes => bytes)]),
                Number(20, 6)
            );
    }

    /// <summary>Text, at each place of an ONNX file that it can come from.</summary>
    public static byte[] WithText(string place) =>
        place switch
        {
            "tensor" => OneByOne(
                Bytes(1, Node("Identity", ["x"], "y")),
                Bytes(5, Join(Number(1, 1), Number(2, String), Text(8, "w"), Bytes(6, [1])))
            ),
            "cast" => OneByOne(Bytes(1, Join(Node("Cast", ["x"], "y"), Bytes(5, Join(Text(1, "to"), Number(3, String), Number(20, 2)))))),
            "cast in a function" => Join(
                OneByOne(
                    Bytes(1, Join(Node("f", ["x"], "y"), Text(7, "own"), Bytes(5, Join(Text(1, "t"), Number(3, String), Number(20, 2)))))
                ),
                Bytes(
                    25,
                    Join(
                        Text(1, "f"),
                        Text(4, "a"),
                        Text(5, "b"),
                        Text(6, "t"),
                        Bytes(7, Join(Node("Cast", ["a"], "b"), Bytes(5, Join(Text(1, "to"), Text(21, "t"), Number(20, 2))))),
                        Text(10, "own")
                    )
                )
            ),
            "sequence" => OneByOne(
                Bytes(1, Join(Node("SequenceEmpty", [], "s"), Bytes(5, Join(Text(1, "dtype"), Number(3, String), Number(20, 2)))))
            ),
            "labels" => OneByOne(
                Bytes(1, Join(Node("Odd", ["x"], "y"), Bytes(5, Join(Text(1, "classlabels_strings"), Text(9, "up"), Number(20, 8)))))
            ),
            "constant" => OneByOne(
                Bytes(1, Join(Text(2, "y"), Text(4, "Constant"), Bytes(5, Join(Text(1, "value_string"), Text(4, "up"), Number(20, 3)))))
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(place), place, null),
        };

    /// <summary>
    /// Weights in another file, at each place of an ONNX file that can hold a tensor: an initializer, a sparse one, a node's attribute, a
    /// subgraph, a function, training.
    /// </summary>
    /// <param name="place">Which of them.</param>
    /// <param name="location">The field that says where the weights are, so that it can be written in odd ways.</param>
    public static byte[] WithWeightsAt(string place, byte[]? location = null)
    {
        var tensor = Join(Number(1, 1), Number(2, Float), Text(8, "w"), location ?? Number(14, 1));
        var constant = Join(Text(2, "w"), Text(4, "Constant"), Bytes(5, Join(Text(1, "value"), Bytes(5, tensor), Number(20, 4))));
        var subgraph = Join(Bytes(1, constant), Text(2, "s"));
        var graph = place switch
        {
            "initializer" => Bytes(5, tensor),
            "sparse values" => Bytes(15, Bytes(1, tensor)),
            "sparse indices" => Bytes(15, Bytes(2, tensor)),
            "attribute" => Bytes(1, constant),
            "list attribute" => Bytes(1, Join(Text(4, "Odd"), Bytes(5, Join(Text(1, "values"), Bytes(10, tensor))))),
            "sparse attribute" => Bytes(1, Join(Text(4, "Odd"), Bytes(5, Join(Text(1, "values"), Bytes(22, Bytes(1, tensor)))))),
            "subgraph" => Bytes(1, Join(Text(4, "If"), Bytes(5, Join(Text(1, "then_branch"), Bytes(6, subgraph))))),
            "list of subgraphs" => Bytes(
                1,
                Join(
                    Text(4, "Odd"),
                    Bytes(5, Join(Text(1, "graphs"), Bytes(11, Bytes(1, Join(Text(4, "If"), Bytes(5, Bytes(6, subgraph)))))))
                )
            ),
            _ => [],
        };
        return Join(
            Number(1, 8),
            Bytes(7, Join(Text(2, "g"), graph)),
            Bytes(8, Number(2, 13)),
            place == "function" ? Bytes(25, Join(Text(1, "f"), Bytes(7, constant)))
                : place == "function default" ? Bytes(25, Bytes(11, Bytes(5, tensor)))
                : place == "training" ? Bytes(20, Bytes(1, subgraph))
                : []
        );
    }

    private static byte[] Node(string operation, string[] inputs, string output) =>
        Join([.. inputs.Select(input => Text(1, input)), Text(2, output), Text(4, operation)]);

    /// <summary>A model from one number to one number.</summary>
    private static byte[] OneByOne(params byte[][] parts) =>
        Join(
            Number(1, 8),
            Bytes(7, Join([.. parts, Text(2, "g"), Bytes(11, Value("x", Float, [1, 1])), Bytes(12, Value("y", Float, [1, 1]))])),
            Bytes(8, Number(2, 13))
        );

    private static byte[] Raw(string name, int type, byte[] content) => Bytes(5, Join(Number(2, type), Text(8, name), Bytes(9, content)));

    /// <summary>The shape of one row, which <c>Expand</c> makes of a number.</summary>
    private static byte[] RowShape(long length) =>
        Bytes(
            5,
            Join(
                Number(1, 2),
                Number(2, Int64),
                Text(8, "shape"),
                Bytes(9, [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(length)])
            )
        );

    private static byte[] Model(byte[] node, int?[] shape, params byte[][] initializers)
    {
        var graph = Join([
            Bytes(1, node),
            Text(2, "g"),
            .. initializers,
            Bytes(11, Value("x", Float, shape)),
            Bytes(12, Value("y", Float, shape)),
        ]);
        return Join(Number(1, 8), Bytes(7, graph), Bytes(8, Number(2, 13)));
    }

    private static byte[] Value(string name, int type, int?[] shape)
    {
        var dimensions = Join([
            .. shape.Select((length, i) => Bytes(1, length is { } fixedLength ? Number(1, fixedLength) : Text(2, $"free{i}"))),
        ]);
        return Join([Text(1, name), Bytes(2, Bytes(1, Join([Number(1, type), Bytes(2, dimensions)])))]);
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => Join(Varint(field << 3 | 2), Varint(content.Length), content);

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Join(params byte[][] parts)
    {
        var joined = new byte[parts.Sum(part => part.Length)];
        var end = 0;
        foreach (var part in parts)
        {
            part.CopyTo(joined, end);
            end += part.Length;
        }

        return joined;
    }

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7f; value >>= 7)
        {
            bytes.Add((byte)(value & 0x7f | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
