using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Onnx;

/// <summary>
/// A model that was trained elsewhere and exported to ONNX. It sees a window of closes (<see cref="PriceWindow"/>), made into features and
/// scaled as its description says. What is loaded has reproduced every case of the description.
/// </summary>
public sealed class OnnxModel : IPredictionModel, IDisposable
{
    /// <summary>How long a file may take to be loaded and to reproduce its cases.</summary>
    public static readonly TimeSpan MaxLoadTime = TimeSpan.FromSeconds(15);

    private readonly OnnxGraph _graph;

    private OnnxModel(ModelDescription description, OnnxGraph graph) => (Description, _graph) = (description, graph);

    public ModelId Id => Description.Id;

    /// <summary>What it takes and gives.</summary>
    public ModelDescription Description { get; }

    /// <summary>
    /// Loads an ONNX file and has it reproduce the description's cases. A file that takes longer than <see cref="MaxLoadTime"/> is told to
    /// end and refused.
    /// </summary>
    /// <param name="origin">The folder of the model as its user knows it, for the sentence.</param>
    /// <param name="description">What the file takes and gives.</param>
    /// <param name="onnx">The file.</param>
    /// <param name="model">Ready to forecast; its user cleans it up.</param>
    /// <param name="problem">One sentence: the file, what is wrong with it and the remedy.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool TryLoad(
        string origin,
        ModelDescription description,
        byte[] onnx,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out string? problem,
        CancellationToken ct = default
    ) => TryLoad(origin, description, onnx, MaxLoadTime, out model, out problem, ct);

    internal static bool TryLoad(
        string origin,
        ModelDescription description,
        byte[] onnx,
        TimeSpan limit,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out string? problem,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(description);
        ct.ThrowIfCancellationRequested();
        var load = new Load(description, onnx);
        try
        {
            if (!load.Ends(limit, ct))
            {
                throw load.TookTooLong(limit);
            }

            (model, problem) = (load.Model, null);
            return true;
        }
        catch (UnusableModelException unusable)
        {
            (model, problem) = (null, Sentence(origin, unusable));
            return false;
        }
    }

    /// <exception cref="UnusableAnswerException">The graph fails, or gives what is no forecast.</exception>
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
            return new(Forecast(closes, ct) is { } forecast ? Holding(forecast) : null);
        }
        catch (UnusableModelException unusable)
        {
            throw new UnusableAnswerException($"{unusable.File} {unusable.Message}", unusable);
        }
    }

    /// <summary>Ends the session; a forecast that is being made is finished first, and later ones are none.</summary>
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
                    $"gives a price of {price}, which is none: look at the window's scaling and at what output.kind says"
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
                    $"gives an interval from {lower} to {upper}, which is none near a last close of {last}: look at the order of "
                        + $"output.lower and output.upper, and whether prices have left the range of the training"
                )
            );
    }

    /// <summary>Quantiles that were trained apart may cross a little: the interval is widened to its price.</summary>
    private static Forecast Holding(Forecast forecast) =>
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
                $"gives {numbers.Length} numbers as '{place.Name}': say which one with {{ \"name\": \"{place.Name}\", \"index\": … }} in "
                    + $"{ModelDescription.FileName}"
            );
        }

        if (place.Index >= numbers.Length)
        {
            throw Wrong(
                $"gives {numbers.Length} numbers as '{place.Name}', and none at index {place.Index}: correct the index in "
                    + $"{ModelDescription.FileName}, which counts from 0"
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
                        $"does not reproduce cases[{i}] of {ModelDescription.FileName}: {name} is {given:0.########} and not "
                            + $"{number:0.########}, so bring features, scaling and output into line with the training, or make the "
                            + $"case anew"
                    )
                );
            }
        }
    }

    private UnusableModelException Wrong(string problem) => new(Description.File, problem);

    /// <summary>One load, on a thread of its own, since nothing about a file says how long it takes.</summary>
    private sealed class Load
    {
        /// <summary>How long a load that was told to end is waited for.</summary>
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

        private readonly Action _end;
        private readonly ModelDescription _description;
        private readonly Task<OnnxModel> _work;
        private volatile string _state = "being loaded";

        public Load(ModelDescription description, byte[] onnx)
        {
            // Not disposed: it has no timer, and a late load may still look at it.
            var ending = new CancellationTokenSource();
            (_description, _end) = (description, ending.Cancel);
            _work = Task.Factory.StartNew(
                () => Run(onnx, ending.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default
            );
        }

        /// <summary>What came of it.</summary>
        /// <exception cref="UnusableModelException">The file can't be used.</exception>
        public OnnxModel Model => _work.GetAwaiter().GetResult();

        /// <summary>Waits for it, and tells it to end where it is late or nobody waits any more.</summary>
        /// <returns>False where it is late.</returns>
        public bool Ends(TimeSpan limit, CancellationToken ct)
        {
            var ended = ((IAsyncResult)_work).AsyncWaitHandle;
            if (WaitHandle.WaitAny([ended, ct.WaitHandle], limit) == 0)
            {
                return true;
            }

            _end();
            // One that ends after all holds a session; one that does not is a single kernel that ONNX Runtime can't end.
            _ = _work.ContinueWith(
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
                    $"was still {_state} after {limit.TotalSeconds:0.###} s: an answer has to take milliseconds, so look for a loop "
                        + $"without an end, or train a smaller model"
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
