using System.Net;
using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.TrackRecord;

namespace Bittbridge.Cli.Reporting;

/// <summary>Reads the track record from a running miner.</summary>
/// <param name="url">The address of the miner.</param>
/// <param name="operatorToken">The setting <c>Operator:Token</c>; null if it is not set.</param>
internal sealed class RunningMinerRecord(Uri url, string? operatorToken) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = RunningMiner.Client(url, Patience, maxSize: 64 * 1024 * 1024);

    /// <exception cref="RefusedException">The miner did not return its track record.</exception>
    public async Task<TrackRecordAnswer> ReadAsync(TrackRecordQuery query, CancellationToken ct)
    {
        var model = query.Model is null ? "" : $"&model={Uri.EscapeDataString(query.Model)}";
        var (from, to) = (TrackRecordQuery.Text(query.From), TrackRecordQuery.Text(query.To));
        using var request = RunningMiner.OperatorRequest(
            url,
            $"{MinerRoutes.TrackRecord}?from={from}&to={to}{model}&format=json",
            operatorToken
        );
        try
        {
            using var response = await _http.SendAsync(request, ct);
            return response.StatusCode == HttpStatusCode.OK && Read(await response.Content.ReadAsStringAsync(ct)) is { } answer
                ? answer
                : throw Refused(response.StatusCode);
        }
        catch (InvalidOperationException)
        {
            // The answer names a character set that does not exist.
            throw Refused(HttpStatusCode.OK);
        }
        catch (HttpRequestException exception)
        {
            throw new RefusedException(
                $"Nothing answers at {Shown.Url(url)} ({exception.Message.TrimEnd('.')}): start the miner (dotnet run eng/start.cs), or "
                    + "check --url."
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RefusedException(
                $"{Shown.Url(url)} did not answer within {Patience.TotalSeconds:0} s: request fewer days with --from, or see the miner's "
                    + "log."
            );
        }
    }

    public void Dispose() => _http.Dispose();

    internal static TrackRecordAnswer? Read(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, TrackRecordJson.Default.TrackRecordAnswer) is { } answer && IsWhole(answer)
                ? answer
                : null;
        }
        // The second exception is for a name with half of a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether nothing is null that a miner always gives.</summary>
    private static bool IsWhole(TrackRecordAnswer answer) =>
        answer is { Totals: not null, Days: not null }
        && answer.Totals.All(total => total is { Model: not null })
        && answer.Days.All(day => day is { Model: not null, Callers: not null })
        && answer.Slots?.All(slot => slot is not null) != false;

    private RefusedException Refused(HttpStatusCode status) =>
        new(
            status switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    $"{Shown.Url(url)} shows its track record only to its operator: run this on the miner's machine, set "
                        + $"{SettingNames.Full(SettingNames.OperatorToken)} to the miner's token and use https, or read from --storage.",
                HttpStatusCode.ServiceUnavailable =>
                    $"{Shown.Url(url)} can't read its track record from storage: try again, and see bittbridge doctor --url.",
                _ => $"{Shown.Url(url)} answered /{MinerRoutes.TrackRecord} with {(int)status}, which is not an answer of this version: "
                    + "check --url, or read from --storage.",
            }
        );
}
