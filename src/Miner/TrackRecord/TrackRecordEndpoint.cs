using System.Reflection;
using System.Text.Json;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// <c>GET /api/track-record</c> and <c>GET /openapi.json</c>, which describes it. The head checks the caller first.
/// </summary>
public sealed class TrackRecordEndpoint(TrackRecordReader reader, TimeProvider clock, ILogger<TrackRecordEndpoint> logger)
{
    private const string Csv = "text/csv";
    private const string Json = "application/json";

    private static readonly string[] Parameters = ["from", "to", "model", "slots", "format"];

    private static readonly Lazy<byte[]> OpenApi = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    });

    /// <summary>The track record as JSON or CSV.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var parameters = context.Request.Query;
        var (query, problems) = TrackRecordQuery.Parse(
            parameters["from"],
            parameters["to"],
            parameters["model"],
            parameters["slots"],
            DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)
        );
        var isCsv = IsCsv(context.Request, out var problem);
        problems =
        [
            .. problems,
            .. problem is null ? [] : new[] { problem },
            .. parameters
                .Keys.Except(Parameters, StringComparer.OrdinalIgnoreCase)
                .Select(_ => "An unknown parameter: use only from, to, model, slots and format."),
        ];
        if (query is null || problems.Count > 0)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, problems);
            return;
        }

        try
        {
            var answer = await reader.ReadAsync(query, context.RequestAborted);
            await (
                isCsv
                    ? WriteAsync(context, TrackRecordCsv.Of(answer), $"{Csv}; charset=utf-8")
                    : WriteAsync(
                        context,
                        JsonSerializer.SerializeToUtf8Bytes(answer, TrackRecordJson.Default.TrackRecordAnswer),
                        $"{Json}; charset=utf-8"
                    )
            );
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !context.RequestAborted.IsCancellationRequested)
        {
            TrackRecordLog.NotRead(logger, StorageFailures.InWords(exception));
            await RefuseAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                ["The track record can't be read from storage: ask again, and see /health/details."]
            );
        }
    }

    /// <summary>The description of the routes above.</summary>
    public static Task DescribeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return WriteAsync(context, OpenApi.Value, $"{Json}; charset=utf-8");
    }

    /// <summary>The parameter <c>format</c>, else what the header Accept prefers.</summary>
    private static bool IsCsv(HttpRequest request, out string? problem)
    {
        problem = null;
        if ((string?)request.Query["format"] is { Length: > 0 } format)
        {
            problem = format is "csv" or "json" ? null : "format: use json or csv.";
            return format == "csv";
        }

        return Quality(Csv) > Quality(Json);

        double Quality(string type) =>
            request
                .GetTypedHeaders()
                .Accept.Where(accepted => accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
                .Select(accepted => accepted.Quality ?? 1)
                .DefaultIfEmpty(0)
                .Max();
    }

    private static Task RefuseAsync(HttpContext context, int status, IReadOnlyList<string> problems)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new(problems),
            TrackRecordJson.Default.TrackRecordProblem,
            cancellationToken: context.RequestAborted
        );
    }

    private static Task WriteAsync(HttpContext context, byte[] body, string type) =>
        CachedResponse.WriteAsync(context, body, type, TimeSpan.FromMinutes(1));
}
