using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Bittbridge.Tools.Azure;

/// <summary>Asks Azure Resource Manager about one subscription.</summary>
public sealed class ResourceManager : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _subscription;
    private readonly Func<CancellationToken, Task<string>> _logIn;
    private string? _token;

    /// <param name="address">The address of Azure Resource Manager.</param>
    /// <param name="subscription">The subscription's id.</param>
    /// <param name="logIn">Returns a token; asked again when Azure takes the last one no longer.</param>
    public ResourceManager(Uri address, string subscription, Func<CancellationToken, Task<string>> logIn)
    {
        _subscription = $"/subscriptions/{subscription}";
        _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        _logIn = logIn;
    }

    /// <summary>A text property of an answer; empty if it is missing.</summary>
    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    /// <summary>What is at a path; null if nothing is.</summary>
    /// <param name="path">Below the subscription, or a whole resource id, with the API version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">Azure refused.</exception>
    public Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, cancellationToken);

    /// <exception cref="HttpRequestException">Azure refused.</exception>
    public Task<JsonElement?> PostAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, cancellationToken);

    /// <summary>The property <c>value</c> of what is at a path; nothing if nothing is.</summary>
    /// <exception cref="HttpRequestException">Azure refused.</exception>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancellationToken) =>
        await GetAsync(path, cancellationToken) is { } answer && answer.TryGetProperty("value", out var list)
            ? [.. list.EnumerateArray()]
            : [];

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        var target = path.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? path : _subscription + path;
        var wasLoggedIn = _token is not null;
        using var response = await AskAsync(method, target, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && wasLoggedIn)
        {
            _token = null;
            return await SendAsync(method, path, cancellationToken);
        }

        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return body.Length == 0 ? null : JsonDocument.Parse(body).RootElement;
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string target, CancellationToken cancellationToken)
    {
        _token ??= await _logIn(cancellationToken);
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent([]);
        }

        return await _http.SendAsync(request, cancellationToken);
    }
}
