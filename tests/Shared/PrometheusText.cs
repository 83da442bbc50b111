using System.Globalization;
using System.Text.RegularExpressions;

namespace Bittbridge.Testing;

/// <summary>What a miner answers to <c>GET /metrics</c>, in Prometheus' text format.</summary>
public sealed partial class PrometheusText
{
    private readonly List<Sample> _samples;

    public PrometheusText(string text) =>
        _samples = [
            .. Line()
                .Matches(text)
                .Select(line => new Sample(
                    line.Groups["name"].Value,
                    Label()
                        .Matches(line.Groups["labels"].Value)
                        .ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value),
                    double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture)
                )),
        ];

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>The sum of the samples of a name that have these labels; 0 where there is none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) =>
        _samples
            .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
            .Sum(sample => sample.Value);

    [GeneratedRegex(@"^(?<name>\w+)(\{(?<labels>.*)\})? (?<value>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex(@"(\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();

    public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
