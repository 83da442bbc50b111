using System.Text.Json;

namespace Bittbridge.Functions.Tests;

/// <summary>One entry of functions.metadata.</summary>
public sealed class FunctionMetadata
{
    public FunctionMetadata(JsonElement json)
    {
        Name = json.GetProperty("name").GetString()!;
        Bindings = [.. json.GetProperty("bindings").EnumerateArray()];
        Trigger = Bindings.Single(binding => Text(binding, "type")!.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));
    }

    public string Name { get; }

    public IReadOnlyList<JsonElement> Bindings { get; }

    public JsonElement Trigger { get; }

    public bool IsHttp => string.Equals(Text(Trigger, "type"), "httpTrigger", StringComparison.OrdinalIgnoreCase);

    public string? Route => Text(Trigger, "route");

    public string? AuthLevel => Text(Trigger, "authLevel");

    public string? Schedule => Text(Trigger, "schedule");

    public IReadOnlyList<string> Methods => [.. Trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)];

    public override string ToString() => Name;

    private static string? Text(JsonElement binding, string name) => binding.TryGetProperty(name, out var value) ? value.GetString() : null;
}
