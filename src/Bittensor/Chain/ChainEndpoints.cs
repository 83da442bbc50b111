using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Bittensor.Chain;

/// <summary>The nodes to read, in turn: a network by name, or URLs.</summary>
public sealed record ChainEndpoints
{
    private ChainEndpoints(IReadOnlyList<Uri> urls) => Urls = urls;

    /// <summary>One or more absolute http, https, ws or wss URLs.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    /// <summary>The URLs, grouped by node, in turn. Several URLs may lead to one node, which then counts once.</summary>
    public IReadOnlyList<IReadOnlyList<Uri>> Nodes =>
        [.. Urls.GroupBy(url => url.Authority, StringComparer.OrdinalIgnoreCase).Select(node => node.ToList())];

    /// <summary>
    /// Parses <c>test</c>, <c>finney</c>, <c>local</c>, or one or more URLs separated by commas. Otherwise the problem is one sentence that
    /// does not contain the text, which may contain a key.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ChainEndpoints? endpoints, [NotNullWhen(false)] out string? problem)
    {
        endpoints = null;
        problem = null;
        var names = text?.Trim() switch
        {
            // HTTPS first: no connection stays open between two reads an hour apart. The websocket is an alternative to the same node.
            "test" => "https://test.finney.opentensor.ai,wss://test.finney.opentensor.ai",
            "finney" => "https://entrypoint-finney.opentensor.ai,wss://entrypoint-finney.opentensor.ai",
            "local" => "http://127.0.0.1:9944,ws://127.0.0.1:9944",
            _ => text ?? "",
        };

        List<Uri> urls = [];
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(name, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "ws" or "wss"))
            {
                problem = "A part of it is not a network: use test, finney, local, or http(s) or ws(s) URLs separated by commas.";
                return false;
            }

            urls.Add(url);
        }

        if (urls.Count == 0)
        {
            problem = "No network is named: use test, finney, local, or http(s) or ws(s) URLs separated by commas.";
            return false;
        }

        endpoints = new ChainEndpoints(urls);
        return true;
    }
}
