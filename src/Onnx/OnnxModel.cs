using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Onnx;

/// <summary>
/// A model that was trained elsewhere and exported to ONNX. Its input is a window of closes (<see cref="PriceWindow"/>), converted to
/// features and scaled as its description says. Loading checks that it reproduces every case of the description.
/// </summary>
public sealed class OnnxModel : IPredictionModel, IDisposable
{
    /// <summary>The timeout of loading a file and reproducing its cases.</summary>
    public static readonly TimeSpan MaxLoadTime = TimeSpan.FromSeconds(15);

    private readonly OnnxGraph _graph;

    private OnnxModel(ModelDescription description, OnnxGraph graph) => (Description, _graph) = (description, graph);

    public ModelId Id => Description.Id;

    public bool IsDeterministic => true;

    /// <summary>The description of its inputs and outputs.</summary>
    public ModelDescription Description { get; }

    /// <summary>
    /// Loads an ONNX file and checks that it reproduces the description's cases. After <see cref="MaxLoadTime"/> the load is canceled and
    /// the file refused.
    /// </summary>
    /// <param name="origin">The folder of the model, for the message.</param>
    /// <param name="description">The description of the file's inputs and outputs.</param>
    /// <param name="onnx">The file.</param>
    /// <param name="model">The loaded model; the caller cleans it up.</param>
    /// <param name="problem">One sentence: the file, what is wrong with it and the remedy.</param>
    /// <param name="ct">Cancels the load.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static bool TryLoad(
        string origin,
        ModelDescription description,
        byte[] onnx,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out string? problem,
        CancellationToken ct = default
    ) => TryLoad(origin, description, onnx, MaxLoadTime, out model, out problem, out _, ct);

    /// <summary>Loads an ONNX file; <paramref name="ended"/> completes when all work of the load has ended.</summary>
    internal static bool TryLoad(
        string origin,
        ModelDescription description,
        byte[] onnx,
        TimeSpan limit,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out string? problem,
        out Task ended,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(description);
        ct.ThrowIfCancellationRequested();
        var load = new Load(description, onnx);
        try
        {
            if (!load.Wait(limit, ct))
            {
                throw load.TookTooLong(limit);
            }

            (model, problem, ended) = (load.Model, null, load.Ended);
            return true;
        }
        catch (UnusableModelException unusable)
        {
            (model, problem, ended) = (null, Sentence(origin, unusable), load.Ended);
            return false;
        }
    }

    /// <exception cref="UnusableAnswerException">The graph fails or returns an invalid forecast.</exception>
    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        ct.ThrowIfCancellationRequested();
        var closes = new double[Description.Closes];
        if (!PriceWindow.TryFill(history, timestamp, closes))
        {
            return new((Forecast?)null);
        }

        try
        {
            return new(Forecast(closes, ct) is { } forecast ? WithPriceInInterval(forecast) : null);
        }
        catch (UnusableModelException unusable)
        {
            throw new UnusableAnswerException($"{unusable.File} {unusable.Message}", unusable);
        }
    }

    /// <summary>Ends the session after the running forecasts; later calls return null.</summary>
    public ValueTask CleanupAsync()
    {
        Dispose();
        return default;
    }

    /// <inheritdoc cref="CleanupAsync"/>
    public void Dispose() => _graph.Close();

    internal static string Sentence(string origin, UnusableModelException unusable) =>
        $"The file {Path.Combine(origin, unusable.File)} {unusable.Message}.";

    private Forecast? Forecast(double[] closes, CancellationToken ct)
    {
        if (_graph.Run(Row(closes), ct) is not { } outputs)
        {
            return null;
        }

        var last = closes[^1];
        var price = Read(outputs, Description.Price, last);
        if (!PricePoint.IsPrice(price))
        {
            throw Wrong(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"returned an invalid price ({price}): check the scaling of the window and output.kind"
                )
            );
        }

        if (Description is not { Lower: { } lowerAt, Upper: { } upperAt })
        {
            return new(price);
        }

        var (lower, upper) = (Read(outputs, lowerAt, last), Read(outputs, upperAt, last));
        return
            double.IsFinite(lower)
            && double.IsFinite(upper)
            && lower <= upper
            && Plausibility.IsPlausible(new PredictionInterval(lower, upper), last)
            ? new(price, new PredictionInterval(lower, upper))
            : throw Wrong(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"returned an invalid interval ({lower} to {upper}) for a last close of {last}: check the order of output.lower and "
                        + $"output.upper, and whether prices have left the range of the training data"
                )
            );
    }

    /// <summary>Widens the interval to contain the price: quantiles that were trained separately may cross slightly.</summary>
    private static Forecast WithPriceInInterval(Forecast forecast) =>
        forecast.Interval is not { } interval || interval.Contains(forecast.Price)
            ? forecast
            : new(
                forecast.Price,
                new PredictionInterval(Math.Min(interval.Lower, forecast.Price), Math.Max(interval.Upper, forecast.Price))
            );

    private double[] Row(double[] closes)
    {
        var row = Description.Features switch
        {
            WindowFeatures.MinusLast => Array.ConvertAll(closes, close => close - closes[^1]),
            WindowFeatures.LogReturns => [.. closes.Skip(1).Zip(closes, (after, before) => Math.Log(after / before))],
            _ => [.. closes],
        };
        Description.Scaling.Apply(row);
        return row;
    }

    private double Read(Dictionary<string, double[]> outputs, OutputPlace place, double last)
    {
        var numbers = outputs[place.Name];
        if (place.Index is null && numbers.Length != 1)
        {
            throw Wrong(
                $"returned {numbers.Length} numbers as '{place.Name}': select one with {{ \"name\": \"{place.Name}\", \"index\": … }} in "
                    + $"{ModelDescription.FileName}"
            );
        }

        if (place.Index >= numbers.Length)
        {
            throw Wrong(
                $"returned {numbers.Length} numbers as '{place.Name}', so the index {place.Index} does not exist: correct it in "
                    + $"{ModelDescription.FileName} (indexes start at 0)"
            );
        }

        var number = Description.OutputScaling.Undo(numbers[place.Index ?? 0]);
        return Description.Output switch
        {
            OutputKind.Change => last + number,
            OutputKind.LogReturn => last * Math.Exp(number),
            _ => number,
        };
    }

    private void CheckCase(int i, CancellationToken ct)
    {
        var expected = Description.Cases[i];
        var forecast = Forecast([.. expected.Window], ct)!;
        foreach (
            var (name, given, wanted) in new[]
            {
                ("price", forecast.Price, expected.Price),
                ("lower", forecast.Interval?.Lower, expected.Lower),
                ("upper", forecast.Interval?.Upper, expected.Upper),
            }
        )
        {
            if (wanted is { } number && !(Math.Abs(given!.Value - number) <= Description.Tolerance))
            {
                throw Wrong(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"does not reproduce cases[{i}] of {ModelDescription.FileName}: {name} is {given:0.########} instead of "
                            + $"{number:0.########}, so make features, scaling and output the same as in training, or record the case "
                            + $"again"
                    )
                );
            }
        }
    }

    private UnusableModelException Wrong(string problem) => new(Description.File, problem);

    /// <summary>One load, on its own thread, because the file does not show how long it takes.</summary>
    private sealed class Load
    {
        /// <summary>How long to wait for a canceled load.</summary>
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

        /// <summary>
        /// ONNX Runtime follows the branches of a decision tree by recursion, and a tree may be as deep as it has nodes. The system gives
        /// only what is used.
        /// </summary>
        private const int StackBytes = 512 * 1024 * 1024;

        private readonly Action _end;
        private readonly ModelDescription _description;
        private readonly Task<OnnxModel> _work;
        private volatile string _state = "being loaded";

        public Load(ModelDescription description, byte[] onnx)
        {
            // Not disposed: it has no timer, and a late load may still use its token.
            var ending = new CancellationTokenSource();
            (_description, _end) = (description, ending.Cancel);
            var work = new Task<OnnxModel>(() => Run(onnx, ending.Token), TaskCreationOptions.DenyChildAttach);
            try
            {
                new Thread(() => work.RunSynchronously(TaskScheduler.Default), StackBytes) { IsBackground = true }.Start();
                _work = work;
            }
            catch (OutOfMemoryException exception)
            {
                _work = Task.FromException<OnnxModel>(
                    new UnusableModelException(
                        description.File,
                        $"can't be loaded, because the system gives no thread with {StackBytes >> 20} MB of address space for its stack: "
                            + "raise the limit (ulimit -v)",
                        exception
                    )
                );
            }
        }

        /// <summary>The loaded model.</summary>
        /// <exception cref="UnusableModelException">The file can't be used.</exception>
        public OnnxModel Model => _work.GetAwaiter().GetResult();

        /// <summary>Completes when a load that was given up has ended; it never fails.</summary>
        public Task Ended { get; private set; } = Task.CompletedTask;

        /// <summary>Waits for the load, and cancels it after the limit or when <paramref name="ct"/> is canceled.</summary>
        /// <returns>False if it took longer than the limit.</returns>
        public bool Wait(TimeSpan limit, CancellationToken ct)
        {
            var ended = ((IAsyncResult)_work).AsyncWaitHandle;
            if (WaitHandle.WaitAny([ended, ct.WaitHandle], limit) == 0)
            {
                return true;
            }

            _end();
            // Disposes the session of a load that ends late. A load never ends if it hangs in one kernel, which ONNX Runtime can't cancel.
            Ended = _work.ContinueWith(
                work =>
                {
                    _ = work.Exception;
                    if (work.IsCompletedSuccessfully)
                    {
                        work.Result.Dispose();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            _ = ended.WaitOne(Grace);
            ct.ThrowIfCancellationRequested();
            return false;
        }

        public UnusableModelException TookTooLong(TimeSpan limit) =>
            new(
                _description.File,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"was still {_state} after {limit.TotalSeconds:0.###} s: an answer must take milliseconds, so look for an endless "
                        + $"loop, or train a smaller model"
                )
            );

        private OnnxModel Run(byte[] onnx, CancellationToken ct)
        {
            var graph = OnnxGraph.Load(_description, onnx, ct);
            try
            {
                var model = new OnnxModel(_description, graph);
                for (var i = 0; i < _description.Cases.Count; i++)
                {
                    _state = $"working on cases[{i}] of {ModelDescription.FileName}";
                    model.CheckCase(i, ct);
                }

                return model;
            }
            catch
            {
                graph.Close();
                throw;
            }
        }
    }
}
