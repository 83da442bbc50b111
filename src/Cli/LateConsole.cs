using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bittbridge.Cli;

/// <summary>
/// The console of tables, colors and prompts, made at its first use: making it takes as long as a fifth of a short command, and a command
/// that prints plain lines needs none.
/// </summary>
internal sealed class LateConsole : IAnsiConsole
{
    private const int WidthOfFiles = 160;

    private readonly Lazy<IAnsiConsole> _console = new(Create);

    private LateConsole() { }

    public Profile Profile => _console.Value.Profile;

    public IAnsiConsoleCursor Cursor => _console.Value.Cursor;

    public IAnsiConsoleInput Input => _console.Value.Input;

    public IExclusivityMode ExclusivityMode => _console.Value.ExclusivityMode;

    public RenderPipeline Pipeline => _console.Value.Pipeline;

    public void Clear(bool home) => _console.Value.Clear(home);

    public void Write(IRenderable renderable) => _console.Value.Write(renderable);

    public void WriteAnsi(Action<AnsiWriter> action) => _console.Value.WriteAnsi(action);

    /// <summary>Makes it the console of this process.</summary>
    public static void Use() => AnsiConsole.Console = new LateConsole();

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new());
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            console.Profile.Capabilities.Interactive = false;
        }

        if (Console.IsOutputRedirected)
        {
            // Wider, so that tables are not wrapped.
            console.Profile.Width = Math.Max(WidthOfFiles, console.Profile.Width);
        }

        return console;
    }
}
