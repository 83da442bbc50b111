using System.Text;

namespace Bittbridge.Testing;

/// <summary>Writes the smallest ONNX files there are: one node that takes what the graph takes and gives what the graph gives. Field numbers are those of onnx.proto3.</summary>
public static class GraphFile
{
    private const int Float = 1;

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
        var graph = Join(Bytes(1, Join(Text(1, "x"), Text(1, "w"), Text(2, "y"), Text(4, "Add"))), Text(2, "g"), Bytes(5, weights), Bytes(11, Value("x", Float, [1, 1])), Bytes(12, Value("y", Float, [1, 1])));
        return Join(Number(1, 8), Bytes(7, graph), Bytes(8, Number(2, 13)));
    }

    private static byte[] Value(string name, int type, int?[] shape)
    {
        var dimensions = Join([.. shape.Select((length, i) => Bytes(1, length is { } fixedLength ? Number(1, fixedLength) : Text(2, $"free{i}")))]);
        return Join([Text(1, name), Bytes(2, Bytes(1, Join([Number(1, type), Bytes(2, dimensions)])))]);
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

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
