using System.Text;

namespace Bittbridge.Onnx;

/// <summary>
/// Looks through the bytes of an ONNX file for tensors whose numbers are kept elsewhere. ONNX Runtime would read them from the place that
/// the file names, relative to where the program was started, whatever is there. The walk follows onnx.proto3 into every graph, subgraph,
/// function and attribute, and takes no more for protobuf than ONNX Runtime does.
/// </summary>
internal static class OnnxContent
{
    /// <summary>As deep as protobuf itself reads.</summary>
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

    /// <summary>The first tensor with external data; null without one.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, in ASCII and cut short.</param>
    /// <returns>False where the bytes are no protobuf.</returns>
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
                    // Groups, which no exporter writes.
                    return false;
            }
        }

        if (isExternal)
        {
            external ??= name;
        }

        return true;
    }

    /// <summary>What a field holds that may hold a tensor. Field numbers are those of onnx.proto3.</summary>
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
        const int Longest = 60;
        var text = new StringBuilder();
        foreach (var letter in name[..Math.Min(name.Length, Longest)])
        {
            text.Append(letter is > (byte)' ' and < 0x7f and not (byte)'\'' ? (char)letter : '?');
        }

        return text.ToString();
    }
}
