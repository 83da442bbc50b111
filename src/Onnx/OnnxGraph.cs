using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Bittbridge.Onnx;

/// <summary>
/// A loaded ONNX file whose input is one row of numbers. A run uses one thread; runs may be concurrent. <see cref="Close"/> does not wait
/// for running ones: the last of them disposes the session.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The memory limit for the weights and tensors of one graph. A file of 300 bytes can request gigabytes.</summary>
    public const uint MaxTensorBytes = 256 * 1024 * 1024;

    // A layer's weights, prepared for faster runs, may take 16 times their size. Larger files are run as they are.
    private const int MaxPreparedBytes = 32 * 1024 * 1024;

    // The limit of what ONNX Runtime copies from functions to their calls.
    private const int MaxExpandedBytes = 64 * 1024 * 1024;

    /// <summary>The most numbers of an output. A graph can make any number of its input, and they are copied.</summary>
    private const int MaxOutputs = 100_000;

    private static readonly Lazy<OrtEnv> Environment = new(Prepare);

    // One session at a time is created, with the allocator that is registered then.
    private static readonly SemaphoreSlim Creation = new(1, 1);

    private readonly InferenceSession _session;
    private readonly string _file;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly long[] _shape;
    private readonly bool _isDouble;

    // Reference count of the session, which is native memory: one for the graph and one per run.
    private int _holders = 1;
    private int _closed;

    private OnnxGraph(InferenceSession session, ModelDescription description)
    {
        (_session, _file, _isDouble) = (session, description.File, description.IsDouble);
        _inputs = [description.Input];
        _outputs = [.. Places(description).Select(place => place.Name).Distinct(StringComparer.Ordinal)];
        _shape = Shape(description);
        CheckOutputs();
    }

    /// <exception cref="UnusableModelException">The file is not an ONNX model, or does not match its description.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static OnnxGraph Load(ModelDescription description, byte[] onnx, CancellationToken ct)
    {
        var session = Session(description.File, onnx, ct);
        try
        {
            return new(session, description);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the graph on one row.</summary>
    /// <returns>The numbers of each output by name; null if the graph is closed.</returns>
    /// <exception cref="UnusableModelException">The graph fails.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public Dictionary<string, double[]>? Run(ReadOnlySpan<double> row, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!TryHold())
        {
            return null;
        }

        try
        {
            using var options = new RunOptions();
            // Release the memory after each run, so that an idle model keeps no tensors.
            options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            using var cancelled = ct.Register(() => options.Terminate = true);
            using var input = _isDouble
                ? OrtValue.CreateTensorValueFromMemory(row.ToArray(), _shape)
                : OrtValue.CreateTensorValueFromMemory(Single(row), _shape);
            using var results = _session.Run(options, _inputs, [input], _outputs);
            return _outputs
                .Zip(results, (name, value) => (name, value))
                .ToDictionary(pair => pair.name, pair => Numbers(pair.name, pair.value), StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException exception)
        {
            ct.ThrowIfCancellationRequested();
            throw Wrong(
                $"fails on a row of {row.Length} numbers ({OneLine(exception)}): run it where it was trained, check how much memory it "
                    + "uses, and export it again",
                exception
            );
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Ends the session after the last run. May be called again.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Release();
        }
    }

    private static InferenceSession Session(string file, byte[] onnx, CancellationToken ct)
    {
        if (OnnxContent.Problem(onnx) is { } problem)
        {
            throw new UnusableModelException(file, problem);
        }

        ct.ThrowIfCancellationRequested();
        // One thread makes answers reproducible bit for bit, and a small network gains nothing from more. Logging is off because the
        // exceptions hold the same messages.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            // Turns constant folding off, because a computation during loading can be neither canceled nor bounded.
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        // Refuses ONNX Runtime's own format (ORT), which OnnxContent can't check.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.function_expansion_byte_limit", $"{MaxExpandedBytes}");
        if (onnx.Length > MaxPreparedBytes)
        {
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        using var cancelled = ct.Register(() => options.SetLoadCancellationFlag(true));
        try
        {
            return Bounded(onnx, options, ct)
                ?? throw new UnusableModelException(
                    file,
                    $"takes more than {MaxTensorBytes >> 20} MB for its weights when it is loaded: export a model with fewer weights"
                );
        }
        catch (OnnxRuntimeException exception)
        {
            ct.ThrowIfCancellationRequested();
            throw new UnusableModelException(
                file,
                $"is not a model that ONNX Runtime can load ({OneLine(exception)}): export it again, with an older opset if the message "
                    + "mentions one",
                exception
            );
        }
    }

    /// <summary>Creates a session with an allocator of its own.</summary>
    /// <returns>Null if the weights alone exceed the limit.</returns>
    private static InferenceSession? Bounded(byte[] onnx, SessionOptions options, CancellationToken ct)
    {
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        // Strategy 1 takes no more from the system than a tensor needs.
        using var bounds = new OrtArenaCfg(MaxTensorBytes, 1, -1, -1);
        InferenceSession session;
        Creation.Wait(ct);
        try
        {
            // Not shared between sessions: ONNX Runtime takes weights from an allocator without checking the limit, and beyond the limit
            // it checks nothing any more (its difference of unsigned numbers overflows).
            Environment.Value.CreateAndRegisterAllocator(memory, bounds);
            try
            {
                session = new(onnx, options);
            }
            finally
            {
                Environment.Value.UnregisterAllocator(memory);
            }
        }
        finally
        {
            Creation.Release();
        }

        try
        {
            using var allocator = new OrtAllocator(session, memory);
            allocator.Allocate(MaxTensorBytes + 1).Dispose();
        }
        catch (OnnxRuntimeException exception)
            when (exception.Message.Contains(" is smaller than requested bytes of ", StringComparison.Ordinal))
        {
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }

        session.Dispose();
        return null;
    }

    private static OrtEnv Prepare()
    {
        var environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        return environment;
    }

    private static IEnumerable<OutputPlace> Places(ModelDescription description) =>
        new[] { description.Price, description.Lower, description.Upper }.OfType<OutputPlace>();

    private UnusableModelException Wrong(string problem, Exception exception) => new(_file, problem, exception);

    private UnusableModelException Wrong(string problem) => new(_file, problem);

    private long[] Shape(ModelDescription description)
    {
        var inputs = _session.InputMetadata;
        if (!inputs.TryGetValue(description.Input, out var input))
        {
            throw Wrong($"has no input '{description.Input}': set input in {ModelDescription.FileName} to {Names(inputs.Keys)}");
        }

        if (inputs.Keys.FirstOrDefault(name => name != description.Input) is { } other)
        {
            throw Wrong($"requires the input '{other}' besides '{description.Input}': export it with one input");
        }

        var wanted = description.IsDouble ? TensorElementType.Double : TensorElementType.Float;
        if (input.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || input.ElementDataType != wanted)
        {
            var remedy =
                input.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
                && input.ElementDataType is TensorElementType.Double or TensorElementType.Float
                    ? $"set type in {ModelDescription.FileName} to \"{Word(input)}\""
                    : "export it with an input of float or double";
            throw Wrong(
                $"takes {Word(input)} as '{description.Input}', and {ModelDescription.FileName} says "
                    + $"{(description.IsDouble ? "double" : "float")}: {remedy}"
            );
        }

        // A free first dimension is the batch size, so it is 1. The next free one is the row's length unless fixed ones already give that.
        var shape = input.Dimensions.Select(length => (long)length).ToArray();
        var left = description.Steps / (double)shape.Where(length => length > 0).Aggregate(1L, (product, length) => product * length);
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] <= 0)
            {
                var isRow = left > 1 && (i > 0 || shape.Length == 1);
                (shape[i], left) = isRow ? ((long)left, 1d) : (1L, left);
            }
        }

        return shape.Aggregate(1L, (product, length) => product * length) == description.Steps
            ? shape
            : throw Wrong(
                $"takes '{description.Input}' in the shape {InWords(input)}, which is not a row of {description.Steps}: set steps in "
                    + $"{ModelDescription.FileName} to what it was trained with, or export it for one row at a time"
            );
    }

    private void CheckOutputs()
    {
        foreach (var name in _outputs)
        {
            if (!_session.OutputMetadata.TryGetValue(name, out var output))
            {
                throw Wrong($"has no output '{name}': set output in {ModelDescription.FileName} to {Names(_session.OutputMetadata.Keys)}");
            }

            if (
                output.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR
                || output.ElementDataType is not (TensorElementType.Float or TensorElementType.Double)
            )
            {
                throw Wrong($"returns {Word(output)} as '{name}', which is not a price: export a regression that returns float or double");
            }
        }
    }

    private bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0; )
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _session.Dispose();
        }
    }

    private static float[] Single(ReadOnlySpan<double> row)
    {
        var single = new float[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            single[i] = (float)row[i];
        }

        return single;
    }

    private double[] Numbers(string name, OrtValue value)
    {
        var type = value.GetTensorTypeAndShape();
        return type.ElementCount > MaxOutputs
                ? throw Wrong(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"returned {type.ElementCount:N0} numbers as '{name}', of {MaxOutputs:N0} at most: export it with fewer outputs"
                    )
                )
            : type.ElementDataType == TensorElementType.Double ? value.GetTensorDataAsSpan<double>().ToArray()
            : Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), number => (double)number);
    }

    private static string Word(NodeMetadata node) =>
        node.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR
            ? "a value that is not a tensor"
            : node.ElementDataType switch
            {
                TensorElementType.Float => "float",
                TensorElementType.Double => "double",
                var other => other.ToString(),
            };

    private static string InWords(NodeMetadata node) =>
        node.Dimensions.Length == 0
            ? "of one number"
            : string.Join(" × ", node.Dimensions.Select(length => length > 0 ? length.ToString(CultureInfo.InvariantCulture) : "any"));

    private static string Names(IEnumerable<string> names) => string.Join(" or ", names.Select(name => $"\"{name}\""));

    private static string OneLine(OnnxRuntimeException exception)
    {
        var line = exception.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        // ONNX Runtime names the operator first and the reason last, with its own source code between.
        return line.Length > 200 ? $"{line[..100]}…{line[^100..]}" : line;
    }
}
