namespace Bittbridge.Tools.Running;

/// <summary>How a program ended, and every line that it wrote.</summary>
public sealed record ProgramResult(int ExitCode, IReadOnlyList<string> Lines)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The lines that name an error, each once, or the last lines where none does.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            List<string> named =
            [
                .. Lines
                    .Where(line => line.Contains("error ", StringComparison.OrdinalIgnoreCase))
                    .Select(line => line.Trim())
                    .Distinct()
                    .Take(20),
            ];
            return named.Count > 0 ? named : [.. Lines.Where(line => line.Length > 0).TakeLast(10)];
        }
    }
}
