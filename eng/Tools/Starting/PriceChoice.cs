using System.Net;

namespace Bittbridge.Tools.Starting;

/// <summary>The source of the miner's prices in this run.</summary>
/// <param name="Source">The value of the setting <c>Prices:Source</c>.</param>
/// <param name="Reason">The source and the reason for it, in words.</param>
internal sealed record PriceChoice(string Source, string Reason)
{
    private const string SourceVariable = "Bittbridge__Prices__Source";
    private const string KeyVariable = "Bittbridge__CoinGecko__ApiKey";
    private const string AddressVariable = "Bittbridge__CoinGecko__BaseAddress";

    /// <summary>Whether a recording is played.</summary>
    public bool IsRecording => Source is not ("coingecko" or "simulated");

    /// <summary>The named recording, else the user's setting, else CoinGecko if it answers, else simulated prices.</summary>
    public static async Task<PriceChoice> MakeAsync(string? recording, CancellationToken ct) =>
        recording is not null ? new(recording, $"Prices: the recording {Path.GetFileName(recording)}, played as if it ended now")
        : Variables.Get(SourceVariable) is { } set ? new(set, $"Prices: {set}, because {SourceVariable} is set")
        : await FailureAsync(ct) is { } failure ? new("simulated", $"Prices: SIMULATED, not real, because {failure}")
        : new("coingecko", "Prices: CoinGecko, which answers");

    /// <param name="source">The source that the miner names; null if it names none.</param>
    public string SourceInWords(string? source) =>
        (source ?? (IsRecording ? "recording" : Source)) switch
        {
            "coingecko" => "CoinGecko",
            "simulated" => "SIMULATED prices, not real ones",
            "recording" => "recorded prices, played as if they ended now",
            var other => other,
        };

    /// <summary>Why CoinGecko can't be used; null if it answers.</summary>
    private static async Task<string?> FailureAsync(CancellationToken ct)
    {
        var address = Variables.Get(AddressVariable) ?? "https://api.coingecko.com/api/v3";
        if (!Uri.TryCreate(address.TrimEnd('/') + "/ping", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return $"{AddressVariable} is not an http or https address";
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Bittbridge.Serverless");
        var key = Variables.Get(KeyVariable);
        if (key is not null)
        {
            var header = uri.Host.StartsWith("pro-", StringComparison.Ordinal) ? "x-cg-pro-api-key" : "x-cg-demo-api-key";
            client.DefaultRequestHeaders.TryAddWithoutValidation(header, key);
        }

        try
        {
            using var response = await client.GetAsync(uri, ct);
            var remedy = response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => key is null
                    ? $": it requires a key in {KeyVariable}"
                    : $": it does not accept the key in {KeyVariable}; correct or remove it",
                HttpStatusCode.TooManyRequests => $": too many calls from here; wait a minute, or set a key in {KeyVariable}",
                _ => "",
            };
            return response.IsSuccessStatusCode ? null : $"CoinGecko answered {(int)response.StatusCode}{remedy}";
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return $"CoinGecko can't be reached ({exception.Message.TrimEnd('.')})";
        }
    }
}
