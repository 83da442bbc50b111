using System.Globalization;
using System.Text;

namespace Bittbridge.Onnx;

/// <summary>
/// Searches an ONNX file for what would make ONNX Runtime read other files or take far more memory than the file's size. The search follows
/// onnx.proto3 into every graph, subgraph, function and attribute, and accepts only what ONNX Runtime accepts as protobuf.
/// </summary>
internal sealed class OnnxContent
{
    /// <summary>The limit of nodes, those of called functions included, and tensors. ONNX Runtime loads 20,000 in up to 12 s.</summary>
    private const int MaxParts = 20_000;

    /// <summary>The limit of the nodes of a forest, each of which may be a level of its own (<see cref="OnnxModel"/>).</summary>
    private const int MaxTreeNodes = 500_000;

    private const long MaxReadingBytes = 256 * 1024 * 1024;

    /// <summary>The recursion limit of protobuf itself.</summary>
    private const int MaxDepth = 100;

    /// <summary>The number of strings among the types of tensors.</summary>
    private const int StringType = 8;

    // What ONNX Runtime was measured to take for a part that is two bytes in the file.
    private const long MessageBytes = 640;
    private const long TextBytes = 160;
    private const long NumberBytes = 16;

    private readonly long _maxBytes;
    private readonly Dictionary<string, List<string>> _functions = new(StringComparer.Ordinal);

    // Names of attributes: those that nodes of functions refer to, and those whose value is the number of the type string.
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<string> _textTypes = new(StringComparer.Ordinal);

    private string? _external;
    private string? _text;
    private bool _isSparse;
    private long _bytes;
    private long _parts;
    private int _nesting;
    private int _treeNodes;
    private bool _refersToType;

    // The operators of the graph, or of the function that is being read. Functions may call one another.
    private List<string> _operators = [];

    private OnnxContent(long maxBytes) => _maxBytes = maxBytes;

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
        Value,
        Entry,
    }

    /// <summary>What must keep a file away from ONNX Runtime, with the remedy; null for a file that may be loaded.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="maxReadingBytes">The limit of the memory for reading it, estimated from its parts.</param>
    public static string? Problem(ReadOnlySpan<byte> file, long maxReadingBytes = MaxReadingBytes)
    {
        var content = new OnnxContent(maxReadingBytes);
        if (content.TryWalk(file, Part.Model, MaxDepth))
        {
            content._parts += content.NodesOf(content._operators, [], MaxDepth);
            if (content._refersToType)
            {
                content._text ??= content
                    ._textTypes.Where(content._references.Contains)
                    .Select(name => $"in the attribute '{name}'")
                    .FirstOrDefault();
            }

            return content.Problem();
        }

        return "is not a model that ONNX Runtime can load (it is not a protobuf message): export it again, or copy it again completely";
    }

    private string? Problem() =>
        _external is not null
            ? $"keeps its weights in another file (those of the tensor '{_external}'): export it with the weights inside, in PyTorch with "
                + "external_data=False"
        : _text is not null
            ? $"works with text ({_text}), whose memory has no limit: export it with numbers only, a classifier with numeric labels"
        : _isSparse ? "holds a sparse tensor, which can be of any size in memory: export it with dense tensors"
        : _bytes > _maxBytes
            ? $"takes more than {_maxBytes >> 20} MB of memory to read: export a smaller model, such as a forest with fewer or less deep "
                + "trees"
        : _treeNodes > MaxTreeNodes ? $"has more than {Text(MaxTreeNodes)} nodes in its trees: train fewer or less deep trees"
        : _parts > MaxParts
            ? $"has more than {Text(MaxParts)} nodes and tensors, which take long to load: export a smaller model, "
                + "and a long recurrence as an LSTM, a Loop or a Scan"
        : null;

    private bool TryWalk(ReadOnlySpan<byte> message, Part part, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        Take(MessageBytes);
        _parts += part == Part.Tensor ? 1 : 0;
        var seen = new Fields(part);
        var operators = _operators;
        if (part == Part.Function)
        {
            _operators = [];
        }

        while (!message.IsEmpty && _bytes <= _maxBytes)
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

                    Take(NumberBytes);
                    seen.Add(field, number);
                    break;
                case 1 or 5:
                    var width = wire == 1 ? sizeof(ulong) : sizeof(uint);
                    if (message.Length < width)
                    {
                        return false;
                    }

                    Take(NumberBytes);
                    message = message[width..];
                    break;
                case 2:
                    if (!TryVarint(ref message, out var length) || length > (ulong)message.Length)
                    {
                        return false;
                    }

                    var content = message[..(int)length];
                    message = message[(int)length..];
                    seen.Add(field, content);
                    if (Inside(part, field) is not { } inner)
                    {
                        Take(TextBytes + content.Length * Growth(part, field));
                        break;
                    }

                    var nesting = part == Part.Attribute && inner == Part.Graph ? 1 : 0;
                    _nesting += nesting;
                    if (!TryWalk(content, inner, depth - 1))
                    {
                        return false;
                    }

                    _nesting -= nesting;

                    break;
                default:
                    // Groups are deprecated; no exporter writes them.
                    return false;
            }
        }

        if (part == Part.Node)
        {
            _operators.Add(seen.Operator);
        }
        else if (part == Part.Function)
        {
            if (!_functions.TryAdd(seen.Operator, _operators))
            {
                // Functions of one name, which differ in their overload, count as one that does what all of them do.
                _functions[seen.Operator].AddRange(_operators);
            }

            _operators = operators;
        }

        _treeNodes = Math.Max(_treeNodes, seen.TreeNodes);
        if (seen.Reference is { } reference)
        {
            _references.Add(reference);
            _refersToType |= seen.IsType;
        }

        if (seen.TextType is { } textType)
        {
            _textTypes.Add(textType);
        }

        _external ??= seen.External;
        _text ??= seen.Text;
        _isSparse |= part == Part.SparseTensor;
        return true;
    }

    /// <summary>Adds memory for reading. ONNX Runtime copies the content of a subgraph at each level of subgraphs around it.</summary>
    private void Take(long bytes) => _bytes += bytes * (1 + _nesting);

    /// <summary>How many nodes there are when each call of a function is replaced by the function's nodes.</summary>
    private long NodesOf(List<string> operators, Dictionary<string, long> known, int depth)
    {
        const long Endless = 1L << 32;
        if (depth == 0)
        {
            return Endless;
        }

        var nodes = 0L;
        foreach (var name in operators)
        {
            nodes++;
            if (!_functions.TryGetValue(name, out var function))
            {
                continue;
            }

            if (!known.TryGetValue(name, out var count))
            {
                // A function that calls itself never ends.
                known[name] = Endless;
                known[name] = count = NodesOf(function, known, depth - 1);
            }

            nodes = Math.Min(nodes + count, Endless);
        }

        return nodes;
    }

    /// <summary>
    /// The message type of a field that may contain a tensor, or of which exporters write much. Field numbers are those of onnx.proto3.
    /// </summary>
    private static Part? Inside(Part part, int field) =>
        (part, field) switch
        {
            (Part.Model, 7) => Part.Graph,
            (Part.Model, 14) => Part.Entry,
            (Part.Model, 20) => Part.Training,
            (Part.Model, 25) => Part.Function,
            (Part.Training, 1 or 2) => Part.Graph,
            (Part.Function, 7) => Part.Node,
            (Part.Function, 11) => Part.Attribute,
            (Part.Graph, 1) => Part.Node,
            (Part.Graph, 5) => Part.Tensor,
            (Part.Graph, 11 or 12 or 13) => Part.Value,
            (Part.Graph, 15) => Part.SparseTensor,
            (Part.Graph, 16) => Part.Entry,
            (Part.Node, 5) => Part.Attribute,
            (Part.Node, 9) => Part.Entry,
            (Part.Attribute, 5 or 10) => Part.Tensor,
            (Part.Attribute, 6 or 11) => Part.Graph,
            (Part.Attribute, 22 or 23) => Part.SparseTensor,
            (Part.Tensor, 16) => Part.Entry,
            (Part.SparseTensor, 1 or 2) => Part.Tensor,
            (Part.Value, 4) => Part.Entry,
            _ => null,
        };

    /// <summary>How many bytes one byte of a field takes in memory.</summary>
    private static long Growth(Part part, int field) =>
        (part, field) switch
        {
            // Names of operators, which are also kept here.
            (Part.Node, 4 or 7) or (Part.Function, 1 or 10) => 8,

            // Text and numbers of fixed length, which are copied once.
            (Part.Model, 2 or 3 or 4 or 6) or (Part.Graph, 2 or 10) or (Part.Value, 1 or 3) or (Part.Entry, 1 or 2) => 2,
            (Part.Function, 4 or 5 or 6 or 8 or 13) or (Part.Node, 1 or 2 or 3 or 6 or 8) => 2,
            (Part.Attribute, 1 or 4 or 7 or 9 or 13 or 21) or (Part.Tensor, 4 or 8 or 9 or 10 or 12) => 2,

            // Lists of numbers that may be one byte each.
            (Part.Attribute, 8) or (Part.Tensor, 1 or 5 or 7 or 11) => NumberBytes,

            // Messages that are not followed, such as types: they may consist of empty ones of two bytes.
            _ => 64,
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

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

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

    /// <summary>What the fields of one message say. Of a field that is repeated, ONNX Runtime takes the last; here any counts.</summary>
    private struct Fields(Part part)
    {
        private string _name = "";
        private string _domain = "";
        private bool _isExternal;
        private bool _isText;
        private bool _isTextType;
        private bool _isCast;
        private int _numbers;

        /// <summary>The function that a node calls or that is defined.</summary>
        public readonly string Operator => $"{_domain}:{_name}";

        /// <summary>The name of a tensor with external data.</summary>
        public readonly string? External => _isExternal ? _name : null;

        /// <summary>Where text comes from.</summary>
        public readonly string? Text =>
            _isText || _isCast && _isTextType ? $"in the {(part == Part.Tensor ? "tensor" : "attribute")} '{_name}'" : null;

        /// <summary>The attribute of the function that an attribute takes its value from.</summary>
        public string? Reference { get; private set; }

        /// <summary>Whether an attribute is the type of what its node gives.</summary>
        public readonly bool IsType => _isCast;

        /// <summary>The name of an attribute whose value is the number of the type string.</summary>
        public readonly string? TextType => _isTextType ? _name : null;

        /// <summary>The nodes of a forest.</summary>
        public readonly int TreeNodes => part == Part.Attribute && _name == "nodes_falsenodeids" ? _numbers : 0;

        public void Add(int field, ulong number)
        {
            _numbers += field == 8 ? 1 : 0;
            _isExternal |= (part, field) is (Part.Tensor, 14) && (int)number != 0;
            _isText |= (part, field) is (Part.Tensor, 2) && (int)number == StringType;
            _isTextType |= (part, field) is (Part.Attribute, 3) && (int)number == StringType;
        }

        public void Add(int field, ReadOnlySpan<byte> content)
        {
            switch (part, field)
            {
                case (Part.Tensor, 8):
                    _name = Shown(content);
                    break;
                case (Part.Tensor, 13):
                    _isExternal = true;
                    break;
                case (Part.Attribute, 1):
                    _name = Shown(content);
                    _isText |= content.EndsWith("_string"u8) || content.EndsWith("_strings"u8);
                    _isCast |= content.SequenceEqual("to"u8) || content.SequenceEqual("dtype"u8);
                    break;
                case (Part.Attribute, 8):
                    foreach (var bits in content)
                    {
                        _numbers += bits < 0x80 ? 1 : 0;
                    }

                    break;
                case (Part.Attribute, 21):
                    Reference = Shown(content);
                    break;
                case (Part.Node, 4) or (Part.Function, 1):
                    _name = Encoding.UTF8.GetString(content);
                    break;
                case (Part.Node, 7) or (Part.Function, 10):
                    _domain = content.SequenceEqual("ai.onnx"u8) ? "" : Encoding.UTF8.GetString(content);
                    break;
            }
        }
    }
}
