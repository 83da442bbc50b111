using Bittbridge.Cli;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    Console.SetOut(new TrimmedOutput(Console.Out));
}

if (Console.IsInputRedirected || Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Capabilities.Interactive = false;
}

return await CliApp.RunAsync(args);
