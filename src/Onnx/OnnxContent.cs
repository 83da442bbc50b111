using System.Text;

namespace Bittbridge.Onnx;

/// <summary>
/// Searches an ONNX file for tensors with external data. ONNX Runtime would read such data from any path that the file names, relative to
/// the working directory. The search follows onnx.proto3 into every graph, subgraph, function and attribute, and accepts only what ONNX
/// Runtime accepts as protobuf.
/// </summary>
internal static class OnnxContent
{
    /// <summary>The recursion limit of protobuf itself.</summary>
    private const int MaxDepth = 100;

    private const int ExternalDataField = 13;
    private const int DataLocationField = 14;
    private const int NameField = 8;

    private enum Part
    {
        Model,
        Training,
        Function,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
    }

    /// <summary>Finds the first tensor with external data.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">The tensor's name in ASCII, truncated; null without such a tensor.</param>
    /// <returns>False if the bytes are not protobuf.</returns>
    public static bool TryFindExternal(ReadOnlySpan<byte> file, out string? name)
    {
        name = null;
        return TryWalk(file, Part.Model, MaxDepth, ref name);
    }

    private static bool TryWalk(ReadOnlySpan<byte> message, Part part, int depth, ref string? external)
    {
        if (depth == 0)
        {
            return false;
        }

        var isExternal = false;
        var name = "";
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out var tag))
            {
                return false;
            }

            var (field, wire) = ((int)((uint)tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0:
                    if (!TryVarint(ref message, out var number))
                    {
                        return false;
                    }

                    isExternal |= part == Part.Tensor && field == DataLocationField && (int)number != 0;
                    break;
                case 1 or 5:
                    var width = wire == 1 ? sizeof(ulong) : sizeof(uint);
                    if (message.Length < width)
                    {
                        return false;
                    }

                    message = message[width..];
                    break;
                case 2:
                    if (!TryVarint(ref message, out var length) || length > (ulong)message.Length)
                    {
                        return false;
                    }

                    var content = message[..(int)length];
                    message = message[(int)length..];
                    isExternal |= part == Part.Tensor && field == ExternalDataField;
                    name = part == Part.Tensor && field == NameField ? Shown(content) : name;
                    if (Inside(part, field) is { } inner && !TryWalk(content, inner, depth - 1, ref external))
                    {
                        return false;
                    }

                    break;
                default:
                    // Groups are deprecated; no exporter writes them.
                    return false;
            }
        }

        if (isExternal)
        {
            external ??= name;
        }

        return true;
    }

    /// <summary>The message type of a field that may contain a tensor. Field numbers are those of onnx.proto3.</summary>
    private static Part? Inside(Part part, int field) =>
        (part, field) switch
        {
            (Part.Model, 7) => Part.Graph,
            (Part.Model, 20) => Part.Training,
            (Part.Model, 25) => Part.Function,
            (Part.Training, 1 or 2) => Part.Graph,
            (Part.Function, 7) => Part.Node,
            (Part.Function, 11) => Part.Attribute,
            (Part.Graph, 1) => Part.Node,
            (Part.Graph, 5) => Part.Tensor,
            (Part.Graph, 15) => Part.SparseTensor,
            (Part.Node, 5) => Part.Attribute,
            (Part.Attribute, 5 or 10) => Part.Tensor,
            (Part.Attribute, 6 or 11) => Part.Graph,
            (Part.Attribute, 22 or 23) => Part.SparseTensor,
            (Part.SparseTensor, 1 or 2) => Part.Tensor,
            _ => null,
        };

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << 7 * i;
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static string Shown(ReadOnlySpan<byte> name)
    {
        const int MaxLength = 60;
        var text = new StringBuilder();
        foreach (var letter in name[..Math.Min(name.Length, MaxLength)])
        {
            text.Append(letter is > (byte)' ' and < 0x7f and not (byte)'\'' ? (char)letter : '?');
        }

        return text.ToString();
    }
}
