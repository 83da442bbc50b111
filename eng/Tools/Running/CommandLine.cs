namespace Bittbridge.Tools.Running;

/// <summary>A program to run, with its arguments, its folder and what it finds in its environment beyond what this process has.</summary>
public sealed record CommandLine(string Program, params IReadOnlyList<string> Arguments)
{
    public required string Folder { get; init; }

    /// <summary>A null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The same .NET SDK that runs this command, in English, leaving no build node behind that would hold the pipes open.</summary>
    public static CommandLine Dotnet(string folder, params IReadOnlyList<string> arguments) => new(Programs.Dotnet, arguments)
    {
        Folder = folder,
        Environment = new Dictionary<string, string?> { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" },
    };

    public override string ToString() => string.Join(' ', [Path.GetFileName(Program), .. Arguments]);
}
